import { useId, type ReactNode } from 'react';
import classes from './part.module.css';

/** A part of a page under a ruled heading. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className={classes.part} aria-labelledby={heading}>
      <h2 id={heading} className={classes.heading}>{title}</h2>
      {children}
    </section>
  );
}

/** A paragraph as wide as one reads well; `quiet`: of less weight. */
export const Prose = ({ quiet = false, children }: { quiet?: boolean; children: ReactNode }) => <p className={quiet ? classes.quiet : classes.text}>{children}</p>;

/** Buttons beside each other, in as many rows as they need. */
export const Buttons = ({ children }: { children: ReactNode }) => <div className={classes.buttons}>{children}</div>;
