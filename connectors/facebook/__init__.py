"""Facebook pages: posts with link or images by Meta's Graph interface; in beta."""
