#include "db/internal.h"

int db_exists(struct err *err)
{
	if (err)
		err->code = ERR_EXISTS;
	return ERR_EXISTS;
}

static int refuse_write(const struct db *db, struct err *err)
{
	if (db->read_only)
		return err_set(err, ERR_REFUSED, "Inventory \"%s\" is open read-only and was not changed; "
			       "run the command without --read-only", db->path);
	return err_set(err, ERR_FAILED, "Inventory \"%s\" cannot be written because the file or its "
		       "directory is read-only; nothing was changed, allow writing or choose another "
		       "file with --inventory", db->path);
}

static int cannot_open(const struct db *db, const char *detail, struct err *err)
{
	if (db->read_only)
		return err_set(err, ERR_FAILED, "Inventory \"%s\" cannot be opened for reading (%s); check "
			       "the path, its permissions, and after a crash open it once without "
			       "--read-only", db->path, detail);
	return err_set(err, ERR_FAILED, "Inventory \"%s\" cannot be opened (%s); check that its "
		       "directory exists and may be written, or choose another file with --inventory",
		       db->path, detail);
}

int db_error_code(const struct db *db, int result, const char *detail, struct err *err)
{
	switch (result & 0xff) {
	case SQLITE_FULL:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" cannot be written because its disk is "
			       "full; nothing was changed, free some space and try again", db->path);
	case SQLITE_READONLY:
		return refuse_write(db, err);
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_CANTOPEN:
		return cannot_open(db, detail, err);
	case SQLITE_CORRUPT:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" is damaged (%s); restore it from a "
			       "backup, the cluster itself is not affected", db->path, detail);
	case SQLITE_NOTADB:
		return err_set(err, ERR_FAILED, "File \"%s\" is not an inventory (%s); choose another "
			       "file with --inventory, or restore a backup", db->path, detail);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" was locked by another program for more "
			       "than 5 seconds; nothing was changed, try again when it has finished",
			       db->path);
	case SQLITE_IOERR:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" could not be read or written (%s); "
			       "check the disk and the kernel's log, then try again", db->path, detail);
	case SQLITE_CONSTRAINT:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" does not accept the change (%s); "
			       "nothing was changed, correct the value and try again", db->path, detail);
	default:
		return err_set(err, ERR_FAILED, "Inventory \"%s\" gave an error (%s); try again, and run "
			       "berth doctor if it persists", db->path, detail);
	}
}

int db_error(struct db *db, struct err *err)
{
	return db_error_code(db, sqlite3_extended_errcode(db->handle), sqlite3_errmsg(db->handle), err);
}
