// Lets the libraries of others judge our badges: node check.mjs FOLDER CONTEXTS
//
// FOLDER holds did.json, valid.json, revoked.json and the status lists as status-PURPOSE.json, as the site served them.
// CONTEXTS is certificates/rules/badges/contexts. Nothing is fetched: an address that is not one of these is an error.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {BitstringStatusList, checkStatus} from '@digitalbazaar/vc-bitstring-status-list';

const [folder, contexts] = process.argv.slice(2);
const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));
const did = read(folder, 'did.json');
const valid = read(folder, 'valid.json');
const revoked = read(folder, 'revoked.json');

const documents = new Map([
  ['https://www.w3.org/ns/credentials/v2', read(contexts, 'credentials-v2.json')],
  ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', read(contexts, 'open-badges-3.0.3.json')],
  [did.id, did],
  ...did.verificationMethod.map(method => [
    method.id,
    {'@context': 'https://w3id.org/security/multikey/v1', ...method}
  ]),
  ...valid.credentialStatus.map(entry => [entry.statusListCredential, read(folder, `status-${entry.statusPurpose}.json`)])
]);

async function documentLoader(url) {
  if(!documents.has(url)) {
    throw new Error(`Nobody may ask for ${url}.`);
  }
  return {contextUrl: null, documentUrl: url, document: documents.get(url)};
}

const suite = new DataIntegrityProof({cryptosuite});

async function judge(credential) {
  const result = await vc.verifyCredential({
    credential,
    suite,
    documentLoader,
    checkStatus: options => checkStatus({...options, suite, documentLoader})
  });
  const bits = {};
  for(const entry of credential.credentialStatus) {
    const {encodedList} = documents.get(entry.statusListCredential).credentialSubject;
    const list = await BitstringStatusList.decode({encodedList});
    bits[entry.statusPurpose] = list.getStatus(Number(entry.statusListIndex));
  }
  return {verified: result.verified, ...bits, error: result.error};
}

let failures = 0;

function expect(what, found, wanted) {
  const same = Object.entries(wanted).every(([key, value]) => found[key] === value);
  failures += same ? 0 : 1;
  console.log(`${same ? 'ok    ' : 'FAILED'} ${what}: ${JSON.stringify(wanted)}`);
  if(!same) {
    console.log(found);
    console.log(found.error?.errors ?? found.error);
  }
}

await Ed25519Multikey.from(did.verificationMethod[0]);
expect('a badge in force', await judge(valid), {verified: true, revocation: false, suspension: false});
expect('a badge that was taken back', await judge(revoked), {revocation: true, suspension: false});
expect('a later date', await judge({...valid, awardedDate: '2020-01-01T00:00:00Z'}), {verified: false});
expect('a property that no context defines', await judge({...valid, licensed: 'yes'}), {verified: false});

console.log(`${4 - failures} passed, ${failures} failed`);
process.exitCode = failures ? 1 : 0;
