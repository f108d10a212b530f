/* main/bench_import.c: hersys bench import: published open data, previewed and kept, by the command itself as a process of its
 * own: rows a second and the most memory it had. Twice as long a file may need no more. */
#include "main/bench.h"
#include "main/main.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What two runs may differ by. */
#define SLACK (8L << 20)

/* Invented rows in the standard columns; every 50th has a dash where nothing should stand. */
static bool
write_file(const char *path, int64_t rows, int64_t first)
{
	static const char *const age[] = { "10歳未満", "10歳代", "20歳代", "30歳代", "40歳代", "50歳代", "60歳代", "70歳代", "80歳代", "90歳以上" };
	static const char *const state[] = { "軽症", "無症状", "中等症", "重症", "" };
	FILE *f = fopen(path, "wxe");

	if (f == NULL)
		return false;
	fputs("No,全国地方公共団体コード,都道府県名,市区町村名,公表_年月日,発症_年月日,患者_居住地,患者_年代,患者_性別,患者_職業,"
	    "患者_状態,患者_症状,患者_渡航歴の有無フラグ,患者_退院済フラグ,備考\n", f);
	for (int64_t i = 0; i < rows; i++) {
		int64_t number = first + i;
		int day = (int)(i * 28 / (rows + 1)) + 1;
		fprintf(f, "%lld,151050,新潟県,新潟市秋葉区,2021-08-%02d,%s%02d,新潟市,%s,%s,%s,%s,発熱、咳,0,%d,\n", (long long)number,
		    day, i % 3 ? "2021-07-" : "2021-06-", i % 3 ? day : 30, age[i % 10], i % 2 ? "女性" : "男性", i % 50 ? "会社員" : "ー",
		    state[i % 5], (int)(i % 2));
	}
	return fclose(f) == 0;
}

/* Its own memory now, KiB: without the pages of the file, which is mapped and which the kernel takes back as it likes. */
static long
own_memory(pid_t child)
{
	char path[64], line[200];
	long kib = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)child);
	FILE *f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "RssAnon:", 8) == 0)
			kib = strtol(line + 8, NULL, 10);
	if (f != NULL)
		fclose(f);
	return kib;
}

/* hersys import patients FILE in a process of its own: the time, and the most memory it had, KiB. */
static bool
run_import(struct bench *b, const char *file, bool preview, int64_t *us, long *kib)
{
	char *dir = str_z(b->mem, b->w.dir);
	int64_t began = bench_now_us();
	int status = 0, ready[2];

	*kib = 0;
	if (pipe2(ready, O_CLOEXEC) != 0)
		return false;
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		char self[4096];
		ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
		int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (n < 0 || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
			_exit(127);
		self[n] = '\0';
		execl(self, self, "import", "patients", file, "--data", dir, "--quiet", "--cache-mib", "8", preview ? "--preview"
		    : (char *)NULL, (char *)NULL);
		_exit(127);
	}
	/* The pipe ends when the child is no longer a copy of this process. */
	close(ready[1]);
	while (child > 0 && read(ready[0], &(char){ 0 }, 1) < 0 && errno == EINTR)
		;
	close(ready[0]);
	while (child > 0 && waitpid(child, &status, WNOHANG) == 0) {
		long now = own_memory(child);
		*kib = now > *kib ? now : *kib;
		nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	}
	*us = bench_now_us() - began;
	return (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) || bench_failed(b->err, "the import failed of", str_of(file));
}

int
bench_import(struct bench *b)
{
	static const char *const name[] = { "import.previewed", "import.kept", "import.previewed.twice", "import.kept.twice" };
	int64_t rows = b->o.rows > 0 ? b->o.rows : 100000, us = 0;
	const char *file[2] = { NULL, NULL };
	long kib = 0, before[2] = { 0 };
	bool good = bench_world_make(&b->w, b->mem, &(struct bench_opts){ .parent = b->o.parent }, 0, b->err);

	for (size_t i = 0; good && i < 2; i++) {
		file[i] = str_z(b->mem, str_fmt(b->mem, "%.*s/15%zu002_bench.csv", STR_ARG(b->w.dir), i));
		good = write_file(file[i], rows << i, 1 + (int64_t)i * rows) || bench_failed(b->err, "cannot write", str_of(file[i]));
	}
	double yard = good ? bench_yard_commits(b) * 8 : 0;
	for (size_t i = 0; good && i < LEN(name); i++) {
		int64_t n = rows << i / 2;
		good = run_import(b, file[i / 2], i % 2 == 0, &us, &kib);
		double rate = (double)n * 1e6 / (double)us;
		bench_line(b, name[i], rate, "rows/s", "\"rows\":%lld,\"yardstick\":%.1f,\"ratio\":%.3f,\"memory_mib\":%.1f", (long long)n, yard,
		    yard > 0 ? rate / yard : 0, (double)kib / 1024);
		if (i < 2)
			before[i] = kib;
		else if (good && (kib - before[i - 2]) * 1024 > SLACK)
			good = bench_failed(b->err, "memory grew with the rows in", str_of(name[i]));
	}
	return good ? EXIT_DONE : EXIT_FAILED;
}
