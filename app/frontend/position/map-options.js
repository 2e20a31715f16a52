// What every map of ours is made with.

/** Whose ground it is stands there only where the ground is somebody's: the basemap says it. */
export const MAP_OPTIONS = { attributionControl: false, zoomSnap: 0.5, maxZoom: 21, minZoom: 10 };
