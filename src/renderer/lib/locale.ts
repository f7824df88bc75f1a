/**
 * The locale for dates and numbers in a language of ours: the way the person's own system writes that language
 * (en-GB and not en-US), or the language itself where the system does not speak it.
 */
export function localeOf(language: string, spoken: readonly string[]): string {
  const wanted = new Intl.Locale(language).maximize();
  const fits = (tag: string) => {
    const locale = new Intl.Locale(tag).maximize();
    return locale.language === wanted.language && locale.script === wanted.script;
  };
  return spoken.find(fits) ?? language;
}
