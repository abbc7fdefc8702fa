import { floatAt } from "../base/at.ts";

// The differences of ends in each table, in units of the level's move.
const POINTS = 32;
const PER_MOVE = 8;
// Covers the rounding of the walk.
const MARGIN = 1 + 1e-9;

/**
 * How far a walk can get beyond the ends of a span of each level, if the middle of a span moves at most
 * `moves[level]` away from the mean of its ends. `factors[level]` multiplies the moves of that level and below.
 *
 * The largest moves of all levels never add up at one second, since a second that is in the middle of a span is at an
 * end of the next smaller one. So the reach is about two thirds of their sum, and a search can skip more spans.
 */
export function reachOf(moves: Float64Array, factors: Float64Array): Float64Array {
  const reach = new Float64Array(moves.length);
  let previous: (difference: number) => number = () => 0;
  for (let level = 1; level < moves.length; level++) {
    const move = floatAt(moves, level);
    const factor = floatAt(factors, level);
    const below = previous;
    // The reach beyond the higher end, by the difference of the ends. It is convex and falls, so that values between
    // the points are at most those of the line between them, and values after the last point at most its value.
    const table = Float64Array.from({ length: POINTS }, (_, point) => {
      const difference = (point * move) / PER_MOVE;
      const middle = move - difference / 2; // relative to the higher end
      return Math.max(Math.max(0, middle) + below(Math.abs(middle)), middle + below(move + difference / 2));
    });
    previous = (difference) => {
      const position = (difference * PER_MOVE) / (move * factor);
      const point = Math.min(POINTS - 1, Math.floor(position));
      const value = floatAt(table, point);
      const slope = floatAt(table, Math.min(POINTS - 1, point + 1)) - value;
      return (value + slope * (position - point)) * factor;
    };
    reach[level] = previous(0) * MARGIN;
  }
  return reach;
}
