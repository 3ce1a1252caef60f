// Media keys, headphones, and what the lock screen shows.
export function handle(actions) {
  if (!("mediaSession" in navigator)) return;
  for (const [name, act] of Object.entries(actions)) {
    try {
      navigator.mediaSession.setActionHandler(name, act);
    } catch {
      // this browser does not know the action
    }
  }
}

export function tell(track, album, artwork) {
  if (!("mediaSession" in navigator)) return;
  const pictures = artwork ? [{ src: new URL(artwork, location.href).href }] : [];
  navigator.mediaSession.metadata = new MediaMetadata({
    title: track.lesson_title, artist: track.title, album, artwork: pictures,
  });
}

export function tellPlace(isPlaying, duration, position, playbackRate) {
  if (!("mediaSession" in navigator)) return;
  navigator.mediaSession.playbackState = isPlaying ? "playing" : "paused";
  try {
    navigator.mediaSession.setPositionState({ duration, position: Math.min(position, duration), playbackRate });
  } catch {
    // a length that is not known yet
  }
}
