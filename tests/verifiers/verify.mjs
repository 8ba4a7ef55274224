// Says of each badge in cases.json what the verifier says: valid, revoked or invalid.
import fs from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const read = name => JSON.parse(fs.readFileSync(name, 'utf-8'));
const world = read('world.json');

async function documentLoader(documentUrl) {
  if (!(documentUrl in world)) {
    throw new Error(`nothing at ${documentUrl}`);
  }
  return {contextUrl: null, documentUrl, document: world[documentUrl]};
}

async function verdict(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const status = options => checkStatus({...options, suite, documentLoader});
  const found = await vc.verifyCredential({
    credential, suite, documentLoader, now: new Date('2026-12-01'),
    checkStatus: credential.credentialStatus ? status : undefined
  });
  const states = found.statusResult?.results ?? [];
  if (found.verified && states.some(one => one.status)) {
    return 'revoked';
  }
  return found.verified ? 'valid' : 'invalid';
}

const verdicts = [];
for (const credential of read('cases.json')) {
  verdicts.push(await verdict(credential).catch(() => 'invalid'));
}
console.log(JSON.stringify(verdicts));
