import { useWords } from '#renderer/words/use-words.ts';
import classes from './person-name.module.css';

interface PersonNameProps {
  name: string;
  me?: boolean | undefined;
  archived?: boolean | undefined;
  /** With the first letter in a circle before it. */
  face?: boolean | undefined;
  /** In place of the letter: a data URL. */
  picture?: string | null | undefined;
}

/** Dear to make, and there are faces in every row of a chat. */
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter a person sees in a name, in any script. */
const initialOf = (name: string): string => {
  const [first] = letters.segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? '?';
};

interface FaceProps {
  name: string;
  me?: boolean | undefined;
  /** A data URL, in place of the letter. */
  picture?: string | null | undefined;
  large?: boolean | undefined;
}

/** A circle with a person's picture or a name's first letter; the name itself stands beside it, so it says nothing to a screen reader. */
export const Face = ({ name, me, picture, large }: FaceProps) => (
  <span className={classes.face} data-me={(me && !picture) || undefined} data-large={large || undefined} aria-hidden>
    {picture ? <img className={classes.picture} src={picture} alt="" /> : initialOf(name)}
  </span>
);

/** A person's name, isolated from the direction of the text around it. */
export function PersonName({ name, me, archived, face, picture }: PersonNameProps) {
  const say = useWords('ui');
  return (
    <span className={classes.person}>
      {face && <Face name={name} me={me} picture={picture} />}
      <bdi className={classes.name}>{name}</bdi>
      {me && <span className={classes.mark}>{say('me')}</span>}
      {archived && <span className={classes.mark}>{say('archived')}</span>}
    </span>
  );
}
