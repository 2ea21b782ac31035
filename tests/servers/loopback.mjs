// Makes every server of this process listen on the loopback address only, whatever its library asks for.
import net from 'node:net'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const [first, ...rest] = given
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  if (typeof first === 'number' || typeof first === 'string') {
    return listen.call(this, Number(first), '127.0.0.1', ...rest.filter((value) => typeof value === 'function'))
  }
  return listen.apply(this, given)
}
