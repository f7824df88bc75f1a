import type { ErrorCode } from '#contract/errors.ts';
import type { IdentityView } from '#contract/people-views.ts';
import { failure, success, type Result } from '#domain/result.ts';
import { createPhrase } from '#sync/identity/phrase.ts';
import type { Service } from '#main/handlers.ts';
import type { Ground } from './ground.ts';
import { recoverByPhrase } from './recovery.ts';

export function createIdentityService(ground: Ground): Service<'identity'> {
  const { shell, keyring, self, personal, people, publish } = ground;

  function read(): IdentityView | null {
    const { identity, person, lastBackup } = keyring.get();
    const root = self.root();
    if (!identity || !person || root === null) return null;
    const profile = personal.profile();
    return {
      root,
      name: person.name,
      realName: profile?.realName ?? null,
      showRealName: people.contact(root)?.showRealName !== 'never',
      picture: profile?.picture ?? null,
      phrase: identity.entropy === null ? 'forgotten' : 'here',
      phraseWritten: identity.phraseWritten,
      keysSealed: shell.sealer !== undefined,
      lastBackup,
    };
  }

  function words(): string[] | undefined {
    const entropy = keyring.get().identity?.entropy ?? null;
    return entropy === null ? undefined : createPhrase(new Uint8Array(Buffer.from(entropy, 'hex'))).split(' ');
  }

  async function update({ realName, showRealName, picture }: { realName?: string | null; showRealName?: boolean; picture?: string | null }): Promise<Result<null, ErrorCode>> {
    const root = self.root();
    if (root === null) return failure('not_set_up');
    const profile = await personal.keepProfile({ ...(realName !== undefined && { realName }), ...(picture !== undefined && { picture }) });
    if (!profile.ok) return profile;
    const shown = showRealName === undefined ? success(undefined) : await personal.keepContact({ root, showRealName: showRealName ? 'default' : 'never' });
    if (!shown.ok) return shown;
    const spread = await people.spread();
    publish('people', 'profile');
    return spread.ok ? success(null) : spread;
  }

  return {
    'identity.get': { topics: () => ['profile', 'people'], read: () => success(read()) },
    'identity.update': (change) => update(change as Parameters<typeof update>[0]),
    async 'identity.phrase'() {
      const all = words();
      return all ? success({ words: all }) : failure('phrase_forgotten');
    },
    async 'identity.confirmPhrase'({ words: given }) {
      const all = words();
      if (!all) return failure('phrase_forgotten');
      const wrong = given.find(({ number, word }) => all[number - 1] !== word.trim().toLowerCase());
      if (wrong) return failure('phrase_word_wrong', { number: wrong.number });
      if (new Set(given.map(({ number }) => number)).size < 3) return failure('phrase_not_written');
      keyring.update((keys) => ({ ...keys, identity: keys.identity && { ...keys.identity, phraseWritten: true } }));
      publish('profile');
      return success(null);
    },
    async 'identity.forgetPhrase'() {
      const { identity } = keyring.get();
      if (!identity?.phraseWritten) return failure('phrase_not_written');
      keyring.update((keys) => ({ ...keys, identity: keys.identity && { ...keys.identity, entropy: null } }));
      publish('profile');
      return success(null);
    },
    'identity.restore': (input) => recoverByPhrase(ground, input),
  };
}
