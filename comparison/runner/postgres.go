package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is a server of this run's own, with PostgreSQL's default settings, on the loopback address.
type postgres struct {
	port    int
	process *process
}

// findPostgres returns the folder of initdb and postgres: that on the path, else the newest of Debian's.
func findPostgres() (string, bool) {
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil && allExist([]string{filepath.Join(filepath.Dir(real), "initdb")}) {
			return filepath.Dir(real), true
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", false
	}
	return filepath.Dir(found[len(found)-1]), true
}

func (r *run) startPostgres(ctx context.Context) (*postgres, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	// Not in the work folder: the server's user has to reach it, also where the repository is in a closed home.
	folder, err := os.MkdirTemp("", "comparison-postgres-")
	if err != nil {
		return nil, err
	}
	r.atEnd(func() { _ = os.RemoveAll(folder) })
	attributes := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // PostgreSQL refuses to be run by root
		owner, err := user.Lookup("postgres")
		if err != nil {
			return nil, fmt.Errorf("as root, PostgreSQL is run as the user postgres: %w", err)
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(folder, uid, gid); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(folder, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(r.postgresFolder, "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C")
	initdb.Dir, initdb.SysProcAttr = folder, attributes
	if text, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, text)
	}
	server := exec.Command(filepath.Join(r.postgresFolder, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories="+folder, "-c", "max_connections=300")
	server.Dir, server.SysProcAttr = folder, attributes
	p, err := r.processes.start("PostgreSQL", filepath.Join(r.work, "postgres.log"), server)
	if err != nil {
		return nil, err
	}
	p.stop = syscall.SIGINT // without waiting for those who are connected
	pg := &postgres{port: port, process: p}
	up, err := until(ctx, time.Minute, 200*time.Millisecond, func() bool {
		conn, err := pgx.Connect(ctx, pg.dsn("postgres"))
		if err != nil {
			return false
		}
		return conn.Close(ctx) == nil
	})
	if err != nil {
		return nil, err
	}
	if !up {
		return nil, fmt.Errorf("PostgreSQL did not start:\n%s", p.tail())
	}
	return pg, nil
}

func (pg *postgres) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", pg.port, database)
}

func (pg *postgres) jdbcURL(database string) string {
	return fmt.Sprintf("jdbc:postgresql://127.0.0.1:%d/%s", pg.port, database)
}

func (pg *postgres) create(ctx context.Context, database string) error {
	return pg.exec(ctx, `CREATE DATABASE "`+database+`"`)
}

func (pg *postgres) drop(ctx context.Context, database string) error {
	return pg.exec(ctx, `DROP DATABASE "`+database+`" WITH (FORCE)`)
}

func (pg *postgres) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, pg.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
