/** The word for a category. */
export const useCategoryName = (): ((category: string) => string) => (category) => category;
