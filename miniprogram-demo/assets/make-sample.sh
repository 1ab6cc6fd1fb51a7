#!/bin/sh
# Makes sample.mp4: eight seconds of a moving test picture with its time in it, and a tone (H.264 and AAC).
# A real film, so that the copy that arrives can be looked at. Needs ffmpeg.
set -eu
cd "$(dirname "$0")"

# One thread and no encoder's name: the same ffmpeg makes the same bytes again.
ffmpeg -hide_banner -loglevel error -y \
  -f lavfi -i testsrc2=size=640x360:rate=25:duration=8 \
  -f lavfi -i sine=frequency=440:beep_factor=4:sample_rate=44100:duration=8 \
  -c:v libx264 -profile:v main -pix_fmt yuv420p -b:v 700k -maxrate 900k -bufsize 1400k -g 50 -threads 1 \
  -c:a aac -b:a 96k \
  -movflags +faststart -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1 \
  sample.mp4
