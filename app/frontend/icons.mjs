// The icons the templates may use, by their Lucide names: a name that is not here is not in the sprite, and
// `icon('…')` fails on it. One line per group keeps it readable.
export const icons = [
  // Places to go
  ...['house', 'map', 'map-pin', 'footprints', 'clipboard-list', 'log-out', 'menu', 'settings'],
  // Status of a finding
  ...['circle-dot', 'clipboard-check', 'send', 'mail-check', 'calendar', 'contrast', 'check', 'check-check'],
  ...['circle-slash', 'rotate-ccw', 'undo-2', 'message-square-x', 'coins', 'pause', 'copy', 'octagon-alert'],
  // Severity and flags
  ...['siren', 'triangle-alert', 'circle-alert', 'info', 'circle-check', 'shield'],
  // Things to do
  ...['plus', 'camera', 'image', 'image-plus', 'locate-fixed', 'crosshair', 'search', 'list-filter', 'pencil', 'x'],
  ...['download', 'printer', 'message-square', 'chevron-left', 'chevron-right', 'chevron-down', 'arrow-left'],
  ...['arrow-right', 'flag', 'clock', 'history', 'route', 'users', 'user', 'building-2', 'phone', 'mail', 'list'],
  ...['external-link', 'inbox', 'lock', 'key-round', 'trash-2', 'eye', 'eye-off'],
  // The field app: drawing on a photo, moving a pin, the outbox
  ...['arrow-up', 'arrow-down', 'move-up-right', 'circle', 'grid-3x3', 'minus', 'refresh-cw', 'hard-drive', 'upload'],
  // Light on a walk
  ...['sun', 'sunset', 'moon'],
  // Checklist categories
  ...['lightbulb', 'leaf', 'rat', 'spray-can', 'hammer', 'accessibility', 'snowflake', 'car', 'brick-wall'],
  ...['door-open', 'square-parking', 'bus', 'store', 'compass', 'trees', 'zap', 'traffic-cone', 'heart'],
];
