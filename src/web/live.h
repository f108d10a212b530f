/* web/live.h: tells open pages that something new is there. An event says only its kind; the page then asks for what its
 * person may see, by an ordinary route with its ordinary right and audit line. Events are gathered: a stream gets at
 * most one of each kind per LIVE_EVERY_MS, however many notifications arrive. */
#ifndef WEB_LIVE_H
#define WEB_LIVE_H

#include "http/http.h"

#define LIVE_EVERY_MS 200

struct live;
struct live *live_start(struct arena *mem);
void live_stop(struct live *l);
/* From the keeper: something about a case whose path is `topic`; text begins with its kind ("notification", "handover", "change"). */
void live_tell(struct live *l, struct str topic, struct str text);
/* A reply that becomes a stream for everybody whose area is `area`. */
struct http_reply live_stream(struct live *l, struct str area);
size_t live_count(struct live *l);
/* End every stream. */
void live_quiet(struct live *l);

#endif
