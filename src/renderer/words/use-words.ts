import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Namespace, Say } from './index.ts';

/** The words of a feature in the current language; the component is drawn again when the language changes. */
export function useWords<N extends Namespace>(namespace: N): Say<N> {
  const { t } = useTranslation(namespace);
  return useCallback<Say<N>>(
    (key, values) => {
      // i18next types placeholders by its own `{{…}}` syntax, which ICU messages do not use.
      const translate = t as (key: string, values: object) => string;
      return translate(key, values ?? {});
    },
    [t],
  );
}
