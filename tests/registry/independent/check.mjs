// Checks credentials and status lists with a verifier that we did not write (Digital Bazaar's).
// In: {"did", "documents": {address: document}, "cases": [{"name", "credential"}]} on stdin.
// Out: {"<name>": {"verified", "error", "revocation", "suspension"}}. Nothing is fetched.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {defaultDocumentLoader, verifyCredential} from '@digitalbazaar/vc';

const text = await new Promise(resolve => {
  let all = '';
  process.stdin.on('data', piece => all += piece).on('end', () => resolve(all));
});
const {did, documents, cases} = JSON.parse(text);

async function documentLoader(address) {
  const [base, part] = address.split('#');
  if(base === did && part) {
    const method = documents[did].verificationMethod.find(each => each.id === address);
    if(!method) throw new Error(`no key ${address}`);
    const document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
    return {document, documentUrl: address, contextUrl: null};
  }
  if(base in documents) {
    return {document: structuredClone(documents[base]), documentUrl: address, contextUrl: null};
  }
  return defaultDocumentLoader(address);
}

const suite = () => new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
const answers = {};
for(const {name, credential} of cases) {
  const asked = {credential, suite: suite(), documentLoader};
  const result = await verifyCredential({...asked, checkStatus: async () => ({verified: true})});
  const answer = {verified: result.verified, error: result.error?.errors?.[0]?.message ?? result.error?.message};
  if(result.verified && credential.credentialStatus) {
    const found = await checkStatus({...asked, suite: suite()});
    if(!found.verified) answer.error = String(found.error);
    for(const each of found.results ?? []) {
      answer[each.credentialStatus.statusPurpose] = each.status;
    }
  }
  answers[name] = answer;
}
process.stdout.write(JSON.stringify(answers));
