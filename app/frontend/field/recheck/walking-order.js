// The order in which one meets things on a route. No DOM.

const METRES_PER_DEGREE = 111_320;

/** How far along a route, in metres, the point lies: at the foot of the shortest way to it.
 * @param {[number, number][]} route lon, lat
 * @param {{ lon: number, lat: number }} point */
export function metresAlong(route, { lon, lat }) {
  const shrink = Math.cos((lat * Math.PI) / 180);
  /** @param {[number, number]} at
   * @returns {[number, number]} metres east and north of the point */
  const flat = ([x, y]) => [(x - lon) * METRES_PER_DEGREE * shrink, (y - lat) * METRES_PER_DEGREE];
  let walked = 0;
  let best = { away: Infinity, along: 0 };
  route.slice(1).forEach((end, index) => {
    const [ax, ay] = flat(/** @type {[number, number]} */ (route[index]));
    const [bx, by] = flat(end);
    const length = Math.hypot(bx - ax, by - ay);
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * (bx - ax) + ay * (by - ay)) / length ** 2));
    const away = Math.hypot(ax + share * (bx - ax), ay + share * (by - ay));
    if (away < best.away) best = { away, along: walked + share * length };
    walked += length;
  });
  return best.along;
}

/** @template {{ number: string | number | null, data: { lon?: number | null, lat?: number | null } }} T
 * @param {T[]} findings
 * @param {[number, number][]} route may be empty: then by number
 * @returns {T[]} along the route; those without a pin last */
export function walkingOrder(findings, route) {
  /** @param {T} finding */
  const place = ({ data: { lon, lat } }) =>
    lon == null || lat == null ? Infinity : route.length > 1 ? metresAlong(route, { lon, lat }) : 0;
  const placed = findings.map((finding) => ({ finding, along: place(finding) }));
  placed.sort(
    (one, two) =>
      (one.along === two.along ? 0 : one.along - two.along) ||
      String(one.finding.number).localeCompare(String(two.finding.number), undefined, { numeric: true }),
  );
  return placed.map(({ finding }) => finding);
}
