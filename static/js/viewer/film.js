// A view's picture by OpenSeadragon, which loads and draws tiles and does nothing else here. Its coordinates are millimeters.
import { sizeOf } from './geometry.js';

/** @typedef {import('./geometry.js').Point} Point */
/** @typedef {import('./hanging.js').View} View */
/** @typedef {import('openseadragon').Viewer} Film */
/** @typedef {{ position: import('openseadragon').Point, size: import('openseadragon').Point }} Placed */

const { OpenSeadragon } = globalThis;

// Edges of tiles that meet are one number but for the last digits, and must come to one pixel.
const NOISE = 1e-6;

/** @param {number} edge in CSS pixels */
const snap = edge => Math.floor(edge * OpenSeadragon.pixelDensityRatio + 0.5 + NOISE) / OpenSeadragon.pixelDensityRatio;

/** @type {(tile: Placed, ...rest: unknown[]) => void} what its types do not have */
const drawTile = Reflect.get(OpenSeadragon.CanvasDrawer.prototype, '_drawTile');

// As it is, each tile is drawn one CSS pixel too large, so that no seam shows: a sign would be up to a pixel beside what it
// means, and a line broken from tile to tile. Here each tile ends on a pixel of the screen, where the next begins.
class FilmDrawer extends OpenSeadragon.CanvasDrawer {
  // OpenSeadragon calls both.
  minimumOverlapRequired() { return false; }

  /**
   * @param {Placed} tile
   * @param {...unknown} rest
   */
  _drawTile(tile, ...rest) {
    const { position, size } = tile;
    const left = snap(position.x), top = snap(position.y);
    tile.size = new OpenSeadragon.Point(snap(position.x + size.x) - left, snap(position.y + size.y) - top);
    tile.position = new OpenSeadragon.Point(left, top);
    drawTile.call(this, tile, ...rest);
  }
}

// OpenSeadragon would put a style element into the page, which the policy refuses, unless it finds one of this name.
const keepStyleOut = () => {
  const name = 'data-openseadragon-mobile-css';
  if (document.querySelector(`style[${name}]`)) return;
  const sign = document.createElementNS('urn:sign', 'style');
  sign.setAttribute(name, '');
  document.head.append(sign);
};

/** @param {View} view */
const sourceOf = view => {
  const maxLevel = view.levels - 1;
  // The smallest that is still one tile: below it there is only less to see.
  const steps = Math.ceil(Math.log2(Math.max(view.columns, view.rows) / view.tileSize));
  return {
    width: view.columns, height: view.rows, tileSize: view.tileSize, tileOverlap: 0, maxLevel, minLevel: Math.max(0, maxLevel - steps),
    /** @type {(level: number, column: number, row: number) => string} */
    getTileUrl: (level, column, row) => `${view.tiles}${level}/${column}_${row}.webp`,
  };
};

/**
 * Returns what draws these views, each at its place. Width and places are millimeters.
 *
 * @param {HTMLElement} element
 * @param {readonly { view: View, x: number }[]} placed
 */
export const newFilm = (element, placed) => {
  keepStyleOut();
  return OpenSeadragon({
    element, drawer: FilmDrawer, mouseNavEnabled: false, showNavigationControl: false, autoResize: false, immediateRender: true, blendTime: 0,
    animationTime: 0, tabIndex: -1, crossOriginPolicy: false, tileRetryMax: 2, tileRetryDelay: 1500, minZoomLevel: 1e-9, maxZoomLevel: 1e9, visibilityRatio: 0,
    // The types know no source with a place.
    tileSources: /** @type {never[]} */ (placed.map(({ view, x }) => ({ tileSource: sourceOf(view), width: sizeOf(view).width, x, y: 0 }))),
  });
};

/**
 * @param {Film} film
 * @param {import('./geometry.js').Size} size
 * @param {Point} middle in millimeters
 * @param {number} scale CSS pixels per millimeter
 */
export const aimFilm = (film, size, middle, scale) => {
  const { viewport } = film;
  const width = size.width / scale, height = size.height / scale;
  viewport.resize(new OpenSeadragon.Point(size.width, size.height), false);
  viewport.fitBounds(new OpenSeadragon.Rect(middle.x - width / 2, middle.y - height / 2, width, height), true);
  film.forceRedraw();
};
