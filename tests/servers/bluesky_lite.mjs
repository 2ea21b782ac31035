// One Bluesky personal data server with an in-memory identity directory; no view of the network, so no metrics.
import { createRequire } from 'node:module'
import './loopback.mjs'

const require = createRequire(`${process.cwd()}/`)
const { Database, PlcServer } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')
const settings = JSON.parse(process.env.SERVER_SETTINGS)

const plc = PlcServer.create({ db: Database.mock(), port: settings.plcPort })
await plc.start()

const env = {
  devMode: true,
  port: settings.port,
  hostname: 'localhost',
  dataDirectory: `${settings.data}/pds`,
  blobstoreDiskLocation: `${settings.data}/blobs`,
  adminPassword: settings.adminPassword,
  jwtSecret: settings.jwtSecret,
  serviceHandleDomains: ['.test'],
  didPlcUrl: `http://localhost:${settings.plcPort}`,
  bskyAppViewUrl: 'http://127.0.0.1:9',
  bskyAppViewDid: 'did:example:none',
  plcRotationKeyK256PrivateKeyHex: settings.rotationKey,
  inviteRequired: false,
  disableSsrfProtection: true,
  rateLimitsEnabled: settings.rateLimits,
}
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()
console.log('ready')

process.on('SIGTERM', async () => {
  await pds.destroy()
  await plc.destroy()
  process.exit(0)
})
