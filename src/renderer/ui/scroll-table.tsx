import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

interface ScrollTableProps {
  /** What the table is called, for those who cannot see its heading. */
  label: string;
  /** Narrower than this (pixels) it scrolls sideways. */
  minWidth: number;
  /** Higher than this (pixels) it scrolls, with its head standing still. */
  maxHeight?: number;
  children: ReactNode;
}

/** A table that scrolls where it does not fit, with the keyboard too. The heading beside it is its caption for the ear. */
export function ScrollTable({ label, minWidth, maxHeight, children }: ScrollTableProps) {
  return (
    <Table.ScrollContainer type="native" minWidth={minWidth} {...(maxHeight !== undefined && { mah: maxHeight })} role="group" aria-label={label} tabIndex={0}>
      <Table stickyHeader={maxHeight !== undefined} verticalSpacing={6}>
        <VisuallyHidden component="caption">{label}</VisuallyHidden>
        {children}
      </Table>
    </Table.ScrollContainer>
  );
}
