// The vendor's own signing code, taken out of its npm packages: what is checked here is checked by the
// people who wrote the protocol. Nothing in this server computes an HMAC by itself.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

const require = createRequire(import.meta.url)

/** buildCanonicalString, authorization, getCanonicalRequest, authorizationV4, getSignatureV4, computeSignature … */
export const ossSign = require('ali-oss/lib/common/signUtils')

// pop-core keeps its canonical form to itself and only exports a client that also adds parameters and
// sends the request, so the module is compiled once more with its inner functions handed out.
function openPopCore() {
  const file = require.resolve('@alicloud/pop-core/lib/rpc.js')
  const scope = { exports: {} }
  const source = readFileSync(file, 'utf8') + '\nmodule.exports.inner = { encode, normalize, canonicalize, sha1: kitx.sha1 };'
  const parameters = ['exports', 'require', 'module', '__filename', '__dirname']
  compileFunction(source, parameters, { filename: file })(scope.exports, createRequire(file), scope, file, dirname(file))
  return scope.exports.inner
}

const pop = openPopCore()

export function rpcStringToSign(method, parameters) {
  return `${method}&${pop.encode('/')}&${pop.encode(pop.canonicalize(pop.normalize(parameters)))}`
}

export const rpcSignature = (stringToSign, accessKeySecret) => pop.sha1(stringToSign, `${accessKeySecret}&`, 'base64')
