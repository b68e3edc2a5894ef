// A provider of sign-ins on this machine: oidc-provider, which takes any name and any password.
// node provider.mjs FOLDER PORT CALLBACK…; FOLDER holds node_modules. Says "ready" once it listens.
const [folder, port, ...callbacks] = process.argv.slice(2);
const { Provider } = await import(`file://${folder}/node_modules/oidc-provider/lib/index.js`);

// withheld-… gives no address; unconfirmed-… one that the provider has not confirmed
const claims = (name) => ({
  sub: name,
  name: "Ada Lovelace",
  roles: ["officer", "manager"],
  ...(name.startsWith("withheld") ? {} : {
    email: `${name}@example.org`,
    email_verified: !name.startsWith("unconfirmed"),
  }),
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "portal", client_secret: "a-secret", redirect_uris: callbacks }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "roles"] },
  cookies: { keys: ["only here"] },
  findAccount: (context, name) => ({ accountId: name, claims: () => claims(name) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
