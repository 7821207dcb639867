import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { sendJson, startHttpServer, type TestHttpServer } from './start-http-server.ts';

/** An issuer of access tokens, whose keys are served over HTTP. */
export interface Issuer extends AsyncDisposable {
  readonly issuer: string;
  readonly audience: string;
  readonly server: TestHttpServer;
  /** What a service needs to take its tokens. */
  readonly settings: {
    readonly jwksUrl: string;
    readonly issuer: string;
    readonly audience: string;
  };
  /** Makes a key to sign with from now on; `publish` says whether the world is told at once. */
  rotate(publish?: boolean): Promise<void>;
  /** Tells the world of the present key, and of no other. */
  publish(): void;
  /** From now on its keys cannot be had. */
  goDown(): void;
  goUp(): void;
  /** A token with these claims: good for five minutes unless they say otherwise; undefined leaves one out. */
  token(
    claims?: JWTPayload,
    header?: { readonly kid?: string; readonly key?: CryptoKey },
  ): Promise<string>;
}

export async function startIssuer(alg = 'ES256'): Promise<Issuer> {
  let published: JWK[] = [];
  let isDown = false;
  const server = await startHttpServer((_request, response) =>
    sendJson(response, isDown ? {} : { keys: published }, isDown ? 503 : 200),
  );
  const issuer = 'https://login.example';
  const audience = 'eligibility';
  let present: { kid: string; privateKey: CryptoKey; jwk: JWK };
  let count = 0;
  const publish = (): void => {
    published = [present.jwk];
  };
  const rotate = async (atOnce = true): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    count += 1;
    const kid = `key-${count}`;
    present = { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    if (atOnce) publish();
  };
  await rotate();
  return {
    issuer,
    audience,
    server,
    settings: { jwksUrl: `${server.url}/jwks`, issuer, audience },
    rotate,
    publish,
    goDown: () => (isDown = true),
    goUp: () => (isDown = false),
    token: (claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const standard = { iss: issuer, aud: audience, sub: 'somebody', iat: now, exp: now + 300 };
      return new SignJWT({ ...standard, ...claims })
        .setProtectedHeader({ alg, kid: header.kid ?? present.kid })
        .sign(header.key ?? present.privateKey);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
