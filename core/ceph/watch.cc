// Watchers and the lock owner of many images, by raw RADOS reads. This is the
// one C++ file: librados has the list-watchers operation in C++ alone.
#include <cerrno>
#include <cstdio>
#include <deque>
#include <list>
#include <memory>
#include <string>

#include <rados/librados.hpp>

// In C a function may have the name of a struct.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include "base/text.h"
#include "core/ceph/internal.h"
#include "core/ceph/mirror.h"
#include "core/ceph/watch.h"
}
#pragma GCC diagnostic pop

namespace {

constexpr size_t in_flight_max = 256;
constexpr int mirrors_last_ms = 30000;

// The request of cls_lock get_info: version 1, oldest reader 1, length, name.
const char get_info[] = "\1\1\14\0\0\0\10\0\0\0rbd_lock";

// One request, in flight until somebody waits for it.
struct request {
	librados::ObjectReadOperation operation;
	librados::AioCompletion *answer = librados::Rados::aio_create_completion();
	int rc = 0;

	request() = default;
	request(const request &) = delete;
	request &operator=(const request &) = delete;
	~request() { answer->release(); }

	void send(librados::IoCtx &io, const std::string &object)
	{
		rc = io.aio_operate(object, answer, &operation, nullptr);
	}

	int wait()
	{
		if (rc < 0)
			return rc;
		answer->wait_for_complete();
		return answer->get_return_value();
	}
};

struct header_question : request {
	struct cluster_holders *holders;
	std::list<obj_watch_t> watchers;
	librados::bufferlist lock;
	int watchers_rc = 0, lock_rc = 0;

	header_question(librados::IoCtx &io, struct cluster_holders *asked) : holders(asked)
	{
		librados::bufferlist words;

		words.append(get_info, sizeof(get_info) - 1);
		operation.list_watchers(&watchers, &watchers_rc);
		operation.exec("lock", "get_info", words, &lock, &lock_rc);
		send(io, std::string("rbd_header.") + asked->id);
	}
};

// Which image has the name: a string with its length in front.
struct name_question : request {
	librados::bufferlist bytes;
	int read_rc = 0;

	name_question(librados::IoCtx &io, const char *name)
	{
		operation.read(0, 128, &bytes, &read_rc);
		send(io, std::string("rbd_id.") + name);
	}

	int wait_for_id(std::string &id)
	{
		const int rc_ = wait();

		if (rc_ >= 0)
			id.assign(bytes.c_str() + (bytes.length() < 4 ? bytes.length() : 4), bytes.length() < 4 ? 0 : bytes.length() - 4);
		return rc_ < 0 ? rc_ : 0;
	}
};

struct question {
	header_question header;
	std::unique_ptr<name_question> name;

	question(librados::IoCtx &io, struct cluster_holders *asked) : header((io.set_namespace(asked->ns), io), asked)
	{
		if (asked->name[0] && !asked->sure)
			name = std::make_unique<name_question>(io, asked->name);
	}
};

void take_watchers(const header_question &q, uint64_t own)
{
	struct cluster_holders *holders = q.holders;

	for (const obj_watch_t &watch : q.watchers) {
		if (static_cast<uint64_t>(watch.watcher_id) == own)
			continue;
		if (holders->watcher_count < WATCHERS_MAX) {
			struct cluster_watcher *out = &holders->watchers[holders->watcher_count];

			snprintf(out->address, sizeof(out->address), "%.*s",
				 static_cast<int>(sizeof(out->address) - 1), watch.addr);
			snprintf(out->client, sizeof(out->client), "client.%lld",
				 static_cast<long long>(watch.watcher_id));
		}
		holders->watcher_count++;
	}
}

int take_lock(header_question &q)
{
	struct cluster_watcher *owner = &q.holders->lock_owner;
	const auto *bytes = reinterpret_cast<const unsigned char *>(q.lock.c_str());

	return lock_info_decode(bytes, q.lock.length(), owner->client, owner->address) ? -EBADMSG : 0;
}

int status_of(int rc)
{
	switch (-rc) {
	case 0: return 0;
	case ENOENT: return ERR_NOT_FOUND;
	case ETIMEDOUT: return ERR_UNREACHABLE;
	default: return ERR_FAILED;
	}
}

struct survey {
	uint64_t own;
	int64_t give_up_at;     // clock_ms; only looked at once somebody was silent
	size_t answered = 0;
	int worst = 0;          // the first errno other than ENOENT

	int take(header_question &q)
	{
		const int rc = q.wait();

		if (rc < 0)
			return rc;
		take_watchers(q, own);
		return take_lock(q);
	}

	// An image of another id has the name: that one is meant.
	int take_named(librados::IoCtx &io, question &q)
	{
		struct cluster_holders *holders = q.header.holders;
		std::string id;
		const int rc = q.name->wait_for_id(id);

		q.header.wait();
		if (rc < 0)
			return rc;
		if (id == holders->id)
			return take(q.header);
		text_copy(holders->id, sizeof(holders->id), id.c_str());
		io.set_namespace(holders->ns);
		header_question again(io, holders);
		return take(again);
	}

	// Nobody exchanges an image without the inventory's knowledge, as a rule.
	int take_sure(librados::IoCtx &io, question &q)
	{
		const int rc = take(q.header);

		if (rc != -ENOENT || !q.header.holders->name[0])
			return rc;
		io.set_namespace(q.header.holders->ns);
		q.name = std::make_unique<name_question>(io, q.header.holders->name);
		return take_named(io, q);
	}

	void finish(librados::IoCtx &io, question &q)
	{
		const int rc = q.name ? take_named(io, q) : take_sure(io, q);

		q.header.holders->status = status_of(rc);
		if (rc == 0 || rc == -ENOENT)
			answered++;
		else if (!worst)
			worst = rc;
	}

	bool hopeless() const { return worst == -ETIMEDOUT && clock_ms() > give_up_at; }
};

void clear_answer(struct cluster_holders *holders)
{
	holders->status = ERR_UNREACHABLE;
	holders->watcher_count = 0;
	holders->lock_owner = {};
}

void ask_all(librados::IoCtx &io, struct cluster_holders *holders, size_t count, survey &all)
{
	std::deque<std::unique_ptr<question>> in_flight;

	for (size_t i = 0; i < count && !all.hopeless(); i++) {
		if (in_flight.size() == in_flight_max) {
			all.finish(io, *in_flight.front());
			in_flight.pop_front();
		}
		in_flight.push_back(std::make_unique<question>(io, &holders[i]));
	}
	for (auto &q : in_flight)
		all.finish(io, *q);
}

} // namespace

extern "C" int cluster_holders_read(struct cluster *c, struct cluster_holders *holders, size_t count, struct err *err)
{
	struct pool pool;
	int status = pool_open(c, "", &pool, err);

	for (size_t i = 0; i < count; i++)
		clear_answer(&holders[i]);
	if (status)
		return status;
	{
		librados::IoCtx io;
		librados::IoCtx::from_rados_ioctx_t(pool.io, io);
		survey all = {rados_get_instance_id(pool.connection->rados), clock_ms() + 2000 * c->timeout};

		ask_all(io, holders, count, all);
		if (count && !all.answered && all.worst)
			status = pool_error(&pool, err, all.worst, "asked for its watchers", NULL, NULL);
	}
	pool_close(&pool);
	mirror_subtract(c, holders, count, mirrors_last_ms);
	return status;
}
