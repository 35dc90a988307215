// Where a pixel of a picture stands on the screen. A picture's places are its own pixels (0.5 is the middle of the first);
// a camera's are millimeters: how deep from the chest wall, and how far below the middle, the middle of the pane looks.
// Depth is the same in both breasts, so what is linked moves mirrored. A pane's places are CSS pixels from its top left.

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ scale: number, depth: number, height: number }} Camera scale is CSS pixels per millimeter */
/**
 * @typedef {object} Film what geometry wants of a view
 * @property {'R' | 'L'} side
 * @property {string} projection
 * @property {number} rows
 * @property {number} columns
 * @property {number} mmPerPixel
 * @property {[number, number, number, number]} [breast] left, top, right, bottom of what is not air, in pixels
 */

// Views that reach to the chest wall. Any other is a part of the breast, and hangs in the middle.
const WALLED = ['CC', 'MLO', 'ML', 'LM'];
/** @param {{ projection: string }} film */
export const isWalled = ({ projection }) => WALLED.includes(projection);
// CSS pixels for one pixel of the picture: beyond it nothing more is to be seen.
const LARGEST = 8;

/**
 * @param {number} number
 * @param {number} least
 * @param {number} most
 */
export const clamp = (number, least, most) => Math.min(Math.max(number, least), Math.max(least, most));

/**
 * @param {Film} film
 * @returns {Size} in millimeters
 */
export const sizeOf = film => ({ width: film.columns * film.mmPerPixel, height: film.rows * film.mmPerPixel });

/**
 * Returns what the middle of the pane looks at, in millimeters from the picture's top left. The chest wall of a right
 * breast is at the right edge of its picture, that of a left one at the left.
 *
 * @param {Film} film
 * @param {Camera} camera
 * @returns {Point}
 */
export const middleOf = (film, { depth, height }) => {
  const size = sizeOf(film);
  return { x: film.side === 'R' ? size.width - depth : depth, y: size.height / 2 + height };
};

/**
 * @param {Film} film
 * @param {Camera} camera
 * @param {Size} pane
 * @param {Point} point
 * @returns {Point} in pixels of the picture
 */
export const toImage = (film, camera, pane, point) => {
  const middle = middleOf(film, camera);
  return {
    x: (middle.x + (point.x - pane.width / 2) / camera.scale) / film.mmPerPixel,
    y: (middle.y + (point.y - pane.height / 2) / camera.scale) / film.mmPerPixel,
  };
};

/**
 * @param {Film} film
 * @param {Camera} camera
 * @param {Size} pane
 * @param {Point} pixel
 * @returns {Point} in CSS pixels of the pane
 */
export const toPane = (film, camera, pane, pixel) => {
  const middle = middleOf(film, camera);
  return {
    x: (pixel.x * film.mmPerPixel - middle.x) * camera.scale + pane.width / 2,
    y: (pixel.y * film.mmPerPixel - middle.y) * camera.scale + pane.height / 2,
  };
};

/**
 * Returns the camera when the picture is dragged by so many CSS pixels.
 *
 * @param {Film} film
 * @param {Camera} camera
 * @param {Point} by
 * @returns {Camera}
 */
export const pan = (film, camera, by) => ({
  scale: camera.scale,
  depth: camera.depth + (film.side === 'R' ? by.x : -by.x) / camera.scale,
  height: camera.height - by.y / camera.scale,
});

/**
 * Returns the camera after enlarging by a factor, while what is at the point stays there.
 *
 * @param {Film} film
 * @param {Camera} camera
 * @param {Size} pane
 * @param {Point} point
 * @param {number} factor
 * @returns {Camera}
 */
export const zoom = (film, camera, pane, point, factor) => {
  const off = { x: point.x - pane.width / 2, y: point.y - pane.height / 2 };
  const before = pan(film, camera, { x: -off.x, y: -off.y });
  return pan(film, { ...before, scale: camera.scale * factor }, off);
};

/**
 * What is to be seen at first, in the camera's terms: the breast where it is known, else the whole picture.
 *
 * @param {Film} film
 */
const extent = film => {
  const size = sizeOf(film);
  const [left, top, right, bottom] = film.breast ?? [0, 0, film.columns, film.rows];
  return {
    depth: film.side === 'R' ? size.width - left * film.mmPerPixel : right * film.mmPerPixel,
    top: top * film.mmPerPixel - size.height / 2,
    bottom: bottom * film.mmPerPixel - size.height / 2,
  };
};

/**
 * Returns the one scale at which each of these fits into a pane of this size.
 *
 * @param {readonly Film[]} films
 * @param {Size} pane
 */
export const fit = (films, pane) => Math.min(...films.map(film => {
  const { depth, top, bottom } = extent(film);
  return Math.min(pane.width / depth, pane.height / (bottom - top));
}));

/**
 * Returns the camera at rest: the chest wall at the inner edge, what these have between top and bottom in the middle.
 *
 * @param {readonly Film[]} films of one projection
 * @param {Size} pane
 * @param {number} scale
 * @returns {Camera}
 */
export const rest = (films, pane, scale) => {
  const all = films.map(extent);
  const top = Math.min(...all.map(one => one.top)), bottom = Math.max(...all.map(one => one.bottom));
  return { scale, depth: pane.width / 2 / scale, height: (top + bottom) / 2 };
};

/**
 * Returns the camera inside its bounds: never smaller than at rest, and no black beside the picture that need not be.
 *
 * @param {Film} film
 * @param {Camera} camera
 * @param {Size} pane
 * @param {number} least the scale at rest
 * @returns {Camera}
 */
export const hold = (film, camera, pane, least) => {
  const size = sizeOf(film), scale = clamp(camera.scale, least, LARGEST / film.mmPerPixel);
  const half = { width: pane.width / 2 / scale, height: pane.height / 2 / scale };
  const free = Math.max(0, size.height / 2 - half.height), isWide = half.width * 2 > size.width;
  return {
    scale,
    depth: isWide && !isWalled(film) ? size.width / 2 : clamp(camera.depth, half.width, size.width - half.width),
    height: clamp(camera.height, -free, free),
  };
};

/**
 * Returns where another view looks when it is linked to this one: as large, as deep, and in the same projection at the
 * same height. Height on a CC view and on an MLO view are not the same direction in the body.
 *
 * @param {Film} leader
 * @param {Camera} camera
 * @param {Film} other
 * @param {Camera} own
 * @returns {Camera}
 */
export const follow = (leader, camera, other, own) => ({
  scale: camera.scale, depth: camera.depth, height: leader.projection === other.projection ? camera.height : own.height,
});

/**
 * @param {Film} film
 * @param {Point} from in pixels of the picture
 * @param {Point} to
 */
export const millimeters = (film, from, to) => Math.hypot(to.x - from.x, to.y - from.y) * film.mmPerPixel;

/**
 * Returns how many columns of panes show these largest on a desk of this size. Rows are always full of pairs.
 *
 * @param {readonly Film[]} films
 * @param {Size} desk
 */
export const columnsFor = (films, desk) => {
  /** @param {number} columns */
  const scaleOf = columns => fit(films, { width: desk.width / columns, height: desk.height / Math.ceil(films.length / columns) });
  const choices = [1, 2, 4].filter(columns => columns === 1 || columns <= films.length);
  return choices.reduce((best, columns) => (scaleOf(columns) > scaleOf(best) ? columns : best));
};
