/** `Jean Dupont` as `J*** D*****`: each word keeps its first letter and its length. */
export function mask(text: string): string {
  return text.replace(/\S+/g, (word) => {
    const [first = '', ...rest] = word;
    return first + '*'.repeat(rest.length);
  });
}
