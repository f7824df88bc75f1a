import type { ErrorCode } from '#contract/errors.ts';
import type { Id, LedgerId } from '#domain/ids.ts';
import { success, type Result } from '#domain/result.ts';
import type { IssuerBody } from '#domain/shop.ts';
import { createIssuer, type Issuer } from '#native/ntag424/issuer.ts';
import type { Ground } from './ground.ts';

/** The length of a master key, in bytes (AES-128). */
const KEY_LENGTH = 16;

export interface ShopIssuer {
  readonly issuer: Id;
  readonly keys: Issuer;
}

export interface IssuerKeys {
  /** Nearly always one: more only where tills made theirs while neither heard of the other. */
  all(shop: LedgerId): ShopIssuer[];
  /** The one that new cards are made with; made now, where there is none yet. */
  own(shop: LedgerId): Promise<Result<ShopIssuer, ErrorCode>>;
}

export function createIssuerKeys({ author, queries, shell }: Ground): IssuerKeys {
  const open = ({ issuer, body }: { issuer: Id; body: IssuerBody }): ShopIssuer => ({ issuer, keys: createIssuer(new Uint8Array(Buffer.from(body.key, 'hex'))) });
  const all = (shop: LedgerId): ShopIssuer[] => queries.shops.issuers(shop).map(open);
  return {
    all,
    own: (shop) =>
      author.change(shop, () => {
        const [first] = all(shop);
        if (first) return success({ revisions: [], answer: () => first });
        const made = { issuer: shell.ids.next(), body: { key: Buffer.from(shell.randomBytes(KEY_LENGTH)).toString('hex') } };
        return success({ revisions: [{ type: 'issuer', of: made.issuer, body: made.body }], answer: () => open(made) });
      }),
  };
}
