import type { SyntheticEvent } from 'react';

const selectAll = (event: SyntheticEvent<HTMLInputElement>): void => event.currentTarget.select();

/** For a field whose text is replaced more often than mended: what is typed takes the place of what is there. A click would undo what focus selected. */
export const selectsAll = { onFocus: selectAll, onClick: selectAll };
