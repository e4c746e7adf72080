BEGIN TRANSACTION;
CREATE TABLE digest_items (
	digest_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	CONSTRAINT pk_digest_items PRIMARY KEY (digest_id, item_id), 
	CONSTRAINT fk_digest_items_digest_id FOREIGN KEY(digest_id) REFERENCES digests (id) ON DELETE CASCADE
);
INSERT INTO "digest_items" VALUES('fe2df9ea902cc0f703a6','6f5a939dbb7f1eeb8454');
CREATE TABLE digests (
	id TEXT NOT NULL, 
	analysis TEXT NOT NULL, 
	local_date TEXT NOT NULL, 
	since TEXT NOT NULL, 
	until TEXT NOT NULL, 
	body JSON NOT NULL, 
	CONSTRAINT pk_digests PRIMARY KEY (id), 
	CONSTRAINT uq_digests_analysis_local_date UNIQUE (analysis, local_date)
);
INSERT INTO "digests" VALUES('fe2df9ea902cc0f703a6','rivers','2026-11-23','2026-11-22 06:00:00.000000','2026-11-23 06:00:00.000000','{"id":"fe2df9ea902cc0f703a6","analysis":"rivers","since":"2026-11-22T06:00:00+00:00","until":"2026-11-23T06:00:00+00:00","zone":"UTC","summary":["One new story."],"sections":[{"target":"dams","kind":"watch-point","title":"Dams","stories":[{"story":"story-1","title":"댐이 열렸다 🌊","lead":"The river dam was opened on Sunday.","first_seen":"2026-11-23T06:00:00+00:00","sources":[{"feed":"harbour-news","title":"Harbour News","owner":"harbour-news Ltd","kind":"newspaper","state":null,"language":"en","reliability":"B","item":"6f5a939dbb7f1eeb8454","headline":"Dam opens","url":"https://harbour-news.example/dam-opens","dated":"2026-11-23T05:00:00+00:00","revision":1}],"origins":1,"score":0.9,"evidence":[{"kind":"concept","text":"Dam","weight":1.5,"field":"title","start":0,"end":3,"name":"dam"}],"item":"6f5a939dbb7f1eeb8454","summary":"","indicators":[],"answers":[],"late":false,"importance":0.0}],"left_out":0,"left_out_titles":[],"before":[],"count":1,"indicators":[],"answers":[]}],"health":{"feeds":1,"read":1,"items":1,"failing":[],"quiet":[],"never_read":[]},"made":{"configuration":"configuration-1","model":"model-1","cut_off":"2026-11-23T06:00:00+00:00","version":"1.0.0"},"late":false,"title":""}');
CREATE TABLE feeds (
	feed_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	next_check TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	last_attempt TEXT, 
	last_success TEXT, 
	last_new TEXT, 
	problem TEXT, 
	moved_to TEXT, 
	gone BOOLEAN NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (feed_id)
);
INSERT INTO "feeds" VALUES('harbour-news','https://harbour-news.example/feed.xml','W/"a"',NULL,'2026-11-23 07:00:00.000000',0,'2026-11-23 06:00:00.000000','2026-11-23 06:00:00.000000',NULL,NULL,NULL,0);
CREATE TABLE items (
	id TEXT NOT NULL, 
	feed_id TEXT NOT NULL, 
	story TEXT, 
	dated TEXT NOT NULL, 
	first_seen TEXT NOT NULL, 
	published TEXT, 
	revision INTEGER NOT NULL, 
	backfill BOOLEAN NOT NULL, 
	language TEXT, 
	classified_by TEXT, 
	classified_with TEXT, 
	matched BOOLEAN NOT NULL, 
	content_hash TEXT NOT NULL, 
	key_hash BIGINT NOT NULL, 
	url_hash BIGINT, 
	"key" TEXT NOT NULL, 
	url TEXT, 
	title TEXT NOT NULL, 
	authors JSON NOT NULL, 
	summary TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_items PRIMARY KEY (id), 
	CONSTRAINT fk_items_story FOREIGN KEY(story) REFERENCES stories (id)
);
INSERT INTO "items" VALUES('6f5a939dbb7f1eeb8454','harbour-news','story-1','2026-11-23 05:00:00.000000','2026-11-23 06:00:00.000000','2026-11-23 05:00:00.000000',1,0,'en','model-1','configuration-1',1,'243344ab65982cb5185b',2425454289392965759,9023352693647761933,'dam-opens','https://harbour-news.example/dam-opens','댐이 열렸다 🌊','["김하나"]','The river dam was opened on Sunday.','');
INSERT INTO "items" VALUES('6f7368a7a6b6a142e2d0','harbour-news',NULL,'2026-11-23 05:00:00.000000','2026-11-23 06:00:00.000000','2026-11-23 05:00:00.000000',2,0,'en',NULL,NULL,0,'e6840938b06d517a144c',-8834796139616287244,-7473867070710900093,'second','https://harbour-news.example/second','Dam opens wide','[]','The river dam was opened on Sunday.','');
CREATE TABLE matches (
	item_id TEXT NOT NULL, 
	target TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	score FLOAT NOT NULL, 
	threshold FLOAT NOT NULL, 
	indicator TEXT, 
	answer TEXT, 
	model TEXT NOT NULL, 
	configuration TEXT NOT NULL, 
	evidence JSON NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (item_id, target), 
	CONSTRAINT ck_matches_score CHECK (score >= 0 AND score <= 1), 
	CONSTRAINT fk_matches_item_id FOREIGN KEY(item_id) REFERENCES items (id) ON DELETE CASCADE
);
INSERT INTO "matches" VALUES('6f5a939dbb7f1eeb8454','dams',1,0.9,0.5,NULL,NULL,'model-1','configuration-1','[{"kind":"concept","text":"Dam","weight":1.5,"field":"title","start":0,"end":3,"name":"dam"}]');
CREATE TABLE models (
	id TEXT NOT NULL, 
	configuration TEXT NOT NULL, 
	format INTEGER NOT NULL, 
	made TEXT NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_models PRIMARY KEY (id)
);
INSERT INTO "models" VALUES('model-1','configuration-1',1,'2026-11-23 06:00:00.000000',X'006D6F64656CFF');
CREATE TABLE outbox (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	digest_id TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	content_type TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_try TEXT, 
	sent_at TEXT, 
	problem TEXT, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (number), 
	CONSTRAINT fk_outbox_digest_id FOREIGN KEY(digest_id) REFERENCES digests (id), 
	CONSTRAINT uq_outbox_id UNIQUE (id)
);
INSERT INTO "outbox" VALUES(1,'41b5c918e16faf5c13b0','fe2df9ea902cc0f703a6','file','2026-11-23.md','text/markdown',0,NULL,NULL,NULL,'# Digest
');
CREATE TABLE revisions (
	item_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	dated TEXT NOT NULL, 
	first_seen TEXT NOT NULL, 
	published TEXT, 
	backfill BOOLEAN NOT NULL, 
	language TEXT, 
	content_hash TEXT NOT NULL, 
	url TEXT, 
	title TEXT NOT NULL, 
	authors JSON NOT NULL, 
	summary TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_revisions_item_id FOREIGN KEY(item_id) REFERENCES items (id) ON DELETE CASCADE
);
INSERT INTO "revisions" VALUES('6f7368a7a6b6a142e2d0',1,'2026-11-23 05:00:00.000000','2026-11-23 06:00:00.000000','2026-11-23 05:00:00.000000',0,'en','4dcfc07f4560e0ea4174','https://harbour-news.example/second','Dam opens','[]','The river dam was opened on Sunday.','');
CREATE TABLE stories (
	id TEXT NOT NULL, 
	CONSTRAINT pk_stories PRIMARY KEY (id)
);
INSERT INTO "stories" VALUES('story-1');
CREATE TABLE visits (
	feed_id TEXT NOT NULL, 
	at TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	new INTEGER NOT NULL, 
	revised INTEGER NOT NULL, 
	known INTEGER NOT NULL, 
	problem TEXT, 
	warnings JSON NOT NULL, 
	CONSTRAINT pk_visits PRIMARY KEY (feed_id, at)
);
INSERT INTO "visits" VALUES('harbour-news','2026-11-23 06:00:00.000000','fetched',0,1,0,NULL,'[]');
CREATE TABLE watchtower_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT watchtower_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "watchtower_version" VALUES('0001');
CREATE INDEX ix_items_dated ON items (dated, feed_id);
CREATE INDEX ix_items_key_hash ON items (key_hash);
CREATE INDEX ix_items_matched_dated ON items (dated) WHERE matched IS 1;
CREATE INDEX ix_items_matched_first_seen ON items (first_seen) WHERE matched IS 1;
CREATE INDEX ix_items_story ON items (story) WHERE story IS NOT NULL;
CREATE INDEX ix_items_unclassified ON items (first_seen, id) WHERE classified_by IS NULL;
CREATE INDEX ix_items_ungrouped ON items (dated, id) WHERE story IS NULL;
CREATE INDEX ix_items_url_hash ON items (url_hash) WHERE url_hash IS NOT NULL;
CREATE INDEX ix_digests_analysis_until ON digests (analysis, until);
CREATE INDEX ix_outbox_waiting ON outbox (number) WHERE sent_at IS NULL;
CREATE INDEX ix_models_configuration ON models (configuration, format, made);
COMMIT;
