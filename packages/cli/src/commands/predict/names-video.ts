const videoEnding = /\.(mp4|mov|m4v|avi|mkv|webm)$/i;

/** Whether a word of the command line names a video, by its ending. */
export function namesVideo(word: string): boolean {
  return videoEnding.test(word);
}
