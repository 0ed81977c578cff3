/** In place of a chart. */
export default function NoChart(): null {
  return null;
}
