// A provider of sign-ins on this machine that speaks SAML: samlp, which takes any name.
// node saml_provider.mjs FOLDER PORT KEYS; FOLDER holds node_modules, KEYS own.key, own.crt and
// other.key, other.crt. Says "ready" once it listens. What is odd of an answer is asked for with it.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, port, keys] = process.argv.slice(2);
const samlp = createRequire(`${folder}/`)("samlp");
const here = `http://127.0.0.1:${port}`;
const pair = (name) => ({
  key: readFileSync(`${keys}/${name}.key`),
  cert: readFileSync(`${keys}/${name}.crt`),
});
const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

// withheld-… gives no address; confirmed-… one that the provider says it has confirmed
class Profile {
  constructor(person) { this.name = person; }
  getClaims() {
    return {
      displayName: "Ada Lovelace",
      roles: ["officer", "manager"],
      ...(this.name.startsWith("withheld") ? {} : { [`${CLAIMS}/emailaddress`]: `${this.name}@example.org` }),
      ...(this.name.startsWith("confirmed") ? { "http://schemas.auth0.com/email_verified": "true" } : {}),
    };
  }
  getNameIdentifier() { return { nameIdentifier: this.name }; }
}
Profile.prototype.metadata = [];

const odd = {
  none: {},
  "another audience": { audience: "https://elsewhere.example" },
  "another recipient": { recipient: "https://elsewhere.example/acs/" },
  "no recipient": { recipient: "" },
  "another destination": { destination: "https://elsewhere.example/acs/" },
  "another issuer": { issuer: "https://elsewhere.example" },
  "another request": { inResponseTo: "_0123456789abcdef" },
  "over": { lifetimeInSeconds: -3600 },
  "another key": pair("other"),
  "not signed": { signAssertion: false },
  "the answer signed alone": { signAssertion: false, signResponse: true },
  "both signed": { signResponse: true },
  "sha1": { signatureAlgorithm: "rsa-sha1", digestAlgorithm: "sha1" },
  "a passing name": { nameIdentifierFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient" },
  "encrypted": { encryptionCert: readFileSync(`${keys}/portal.crt`), encryptionPublicKey: readFileSync(`${keys}/portal.pub`) },
};

const answer = (asked, acs) => samlp.auth({
  issuer: here,
  ...pair("own"),
  recipient: acs,
  destination: acs,
  profileMapper: (person) => new Profile(person),
  getUserFromRequest: () => asked.name,
  getPostURL: (audience, request, req, done) => done(null, acs),
  nameIdentifierFormat: PERSISTENT,
  sessionIndex: "_one",
  ...(asked.audience ? { audience: asked.audience } : {}),
  ...odd[asked.odd ?? "none"],
});

createServer((req, res) => {
  const url = new URL(req.url, here);
  req.query = Object.fromEntries(url.searchParams);
  Object.assign(req, { originalUrl: req.url, protocol: "http" });
  res.set = (name, value) => res.setHeader(name, value);
  res.send = (body) => res.end(String(body));
  if (url.pathname === "/metadata") {
    samlp.metadata({
      issuer: here, cert: pair("own").cert, profileMapper: Profile,
      redirectEndpointPath: "/sso", postEndpointPath: "/sso", logoutEndpointPaths: { redirect: "/logout" },
    })(req, res);
  } else {
    samlp.parseRequest(req, {}, (error, request) => {
      const acs = request?.assertionConsumerServiceURL ?? req.query.acs;
      answer(req.query, acs)(req, res, (fault) => { res.statusCode = 500; res.end(String(fault)); });
    });
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
