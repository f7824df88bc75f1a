import { Title } from '@mantine/core';
import { use, useEffect, type ReactNode } from 'react';
import { PageTools } from './page-tools.ts';
import classes from './page.module.css';

interface PageProps {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  /** At the right of the head, before the tools of the shell. */
  actions?: ReactNode;
  /** Under the head, above the content: a balance, tabs. */
  lead?: ReactNode;
  /** `fill` gives the content the rest of the height and lets it scroll by itself. */
  layout?: 'flow' | 'fill';
  /** `reading` keeps lines short. */
  width?: 'reading' | 'wide';
  children: ReactNode;
}

/** One page: its title is the window's title too. */
export function Page({ title, aside, actions, lead, layout = 'flow', width = 'reading', children }: PageProps) {
  const tools = use(PageTools);
  useEffect(() => {
    document.title = `${title} · Tallystick`;
  }, [title]);
  return (
    <div className={classes.page} data-layout={layout}>
      <div className={classes.head}>
        <Title order={1} className={classes.title} title={title}>{title}</Title>
        {aside}
        <div className={classes.space} />
        {actions && <div className={classes.actions}>{actions}</div>}
        {tools}
      </div>
      <div className={classes.body}>
        <div className={classes.column} data-width={width}>
          {lead}
          <div className={classes.content}>{children}</div>
        </div>
      </div>
    </div>
  );
}
