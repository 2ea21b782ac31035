// The whole Bluesky network on one machine: data server, identity directory, relay and the view that counts likes and followers.
import { createRequire } from 'node:module'
import './loopback.mjs'

const require = createRequire(`${process.cwd()}/`)
const { TestNetwork } = require('@atproto/dev-env')
const settings = JSON.parse(process.env.SERVER_SETTINGS)

const network = await TestNetwork.create({
  plc: { port: settings.plcPort },
  pds: { port: settings.port, hostname: 'localhost', enableDidDocWithSession: true },
  bsky: { port: settings.viewPort, publicUrl: `http://localhost:${settings.viewPort}`, dbPostgresSchema: 'bsky' },
  ozone: {
    port: settings.moderationPort,
    chatUrl: 'http://localhost:1986',
    chatDid: 'did:example:chat',
    dbMaterializedViewRefreshIntervalMs: 30000,
  },
})
console.log('ready')

process.on('SIGTERM', async () => {
  await network.close()
  process.exit(0)
})
