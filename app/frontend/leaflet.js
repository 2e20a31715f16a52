// Leaflet for every map of ours, folium's included: a classic script that sets window.L.
import 'leaflet';
