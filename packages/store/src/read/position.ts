/** Where a page ended: the sort value in milliseconds since the epoch, then the row's id, which breaks ties. */
export interface PagePosition {
  readonly at: number;
  readonly id: string;
}
