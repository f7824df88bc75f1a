import { Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { CATEGORIES } from '#domain/entry.ts';
import { CategoryIcon, useCategoryName } from '#renderer/ui/category.tsx';
import { selectsAll } from '#renderer/ui/select-all.ts';
import { useWords } from '#renderer/words/use-words.ts';
import type { FormPart } from './form-part.ts';
import classes from './form.module.css';

/** A built-in category, one this ledger has used, or a new one as typed. */
export function CategoryField({ ledger, form, change }: FormPart) {
  const say = useWords('entries');
  const categoryName = useCategoryName();
  const [search, setSearch] = useState('');
  const known = useMemo(() => {
    const all = new Set([...ledger.categories.filter((one) => one !== ''), ...CATEGORIES, form.category]);
    return [...all].map((value) => ({ value, label: categoryName(value) }));
  }, [ledger.categories, form.category, categoryName]);
  const wanted = search.trim();
  const isNew = wanted !== '' && !known.some((one) => one.label.toLocaleLowerCase() === wanted.toLocaleLowerCase());
  return (
    <Select
      label={say('category')} searchable allowDeselect={false} maxDropdownHeight={280} selectFirstOptionOnChange maxLength={200} {...selectsAll}
      data={isNew ? [...known, { value: wanted, label: wanted }] : known}
      value={form.category} onChange={(category) => category && change({ category, isCategoryChosen: true })}
      searchValue={search} onSearchChange={setSearch}
      leftSection={<CategoryIcon category={form.category} size={16} />}
      renderOption={({ option }) => (
        <span className={classes.categoryOption}>
          <CategoryIcon category={option.value} size={16} />
          {isNew && option.value === wanted ? say('categoryOwn', { name: wanted }) : option.label}
        </span>
      )}
    />
  );
}
