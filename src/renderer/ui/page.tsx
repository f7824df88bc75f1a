import { Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Beside the title. */
  actions?: ReactNode;
  /** Under the title, above the content: a balance, tabs. */
  lead?: ReactNode;
  /** `fill` gives the content the rest of the height and lets it scroll by itself. */
  layout?: 'flow' | 'fill';
  /** `reading` keeps lines short. */
  width?: 'reading' | 'wide';
  children: ReactNode;
}

/** One page: its title is the window's title too. */
export function Page({ title, actions, lead, layout = 'flow', width = 'reading', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Tallystick`;
  }, [title]);
  return (
    <div className={classes.page} data-layout={layout} data-width={width}>
      <header className={classes.head}>
        <Title order={1} className={classes.title}>{title}</Title>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {lead}
      <div className={classes.content}>{children}</div>
    </div>
  );
}
