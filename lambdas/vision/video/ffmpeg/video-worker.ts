/**
 * A process that takes one video apart, or one photo that needs the same libraries, and ends. It knows nothing else, has no environment, opens no file and no connection, and is ended
 * from outside (`videos.ts`) where it takes too long or too much memory. FFmpeg's libraries are loaded in here and nowhere else: what
 * a file does to them it does to this process, and their licence (GPLv3) stays with it.
 */
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Ready, StillReply, StillRequest, VideoReply, VideoRequest } from '../video-messages.ts';
import { readStill } from './read-still.ts';
import { readVideo } from './read-video.ts';

const reply = (message: Ready | VideoReply | StillReply, then = () => {}) => process.send?.(message, then);

async function answer(request: VideoRequest | StillRequest): Promise<VideoReply | StillReply> {
  if ('still' in request) {
    const read = await readStill(request);
    return read.ok ? { image: read.value } : { fault: read.error };
  }
  const read = await readVideo(request);
  return read.ok ? { video: read.value } : { fault: read.error };
}

process.once('message', async (request: VideoRequest | StillRequest) => {
  // Nothing is freed: the process ends here.
  reply(await answer(request), () => process.exit());
});
process.on('disconnect', () => process.exit());
Log.setLevel(AV_LOG_QUIET);
reply({ ready: true });
