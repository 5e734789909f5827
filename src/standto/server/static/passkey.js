// Passkeys: the browser's WebAuthn objects as the JSON that the desk speaks, and back.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const keys = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

/** Browsers know passkeys under a name in a secure context; never under a bare address. */
export const able = () => Boolean(window.PublicKeyCredential) && window.isSecureContext && !/^[0-9.]+$|^\[/.test(location.hostname);

/** A new passkey by the desk's options. Throws when the user or the authenticator declines. */
export async function made(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: keys(options.excludeCredentials) };
  const credential = await navigator.credentials.create({ publicKey });
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type,
    response: { clientDataJSON: text(credential.response.clientDataJSON), attestationObject: text(credential.response.attestationObject) },
  };
}

/** The answer of one of the user's passkeys to the desk's options. */
export async function answered(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: keys(options.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type,
    response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : null },
  };
}
