using System.Diagnostics;
using Npgsql;

namespace Desk.Routing.Triage;

/// <summary>
/// Keeps the classifier taught: from the starter history, which a new desk has instead of one of its own, and from the desk's solved tickets.
/// New lessons are learned as they come, in every process; now and then all is learned afresh beside the old, which answers until the new is ready.
/// </summary>
internal sealed partial class Learner(NpgsqlDataSource database, ILogger<Learner> logger) : BackgroundService
{
    private const int MostLessons = 50_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private volatile Classifier _classifier = Classifier.Learn(StarterHistory.Lessons);
    private long _lastLesson;
    private int _sinceAfresh;

    public Guess? Guess(string text) => _classifier.Guess(text);

    public IReadOnlyList<Guess> Rank(string text) => _classifier.Rank(text);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var taught = false;
        do
        {
            try
            {
                if (!taught || _sinceAfresh > Math.Max(100, _classifier.Lessons / 10))
                {
                    await LearnAfreshAsync(stoppingToken);
                    taught = true;
                }
                else
                {
                    await LearnNewAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogAway(logger, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LearnAfreshAsync(CancellationToken cancellation)
    {
        var history = new List<Lesson>(StarterHistory.Lessons);
        await using (var command = database.CreateCommand("select id, category, words from lesson order by id desc limit $1"))
        {
            command.Parameters.Add(new() { Value = MostLessons });
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                _lastLesson = Math.Max(_lastLesson, rows.GetInt64(0));
                history.Add(new Lesson(rows.GetString(2), rows.GetString(1)));
            }
        }
        if (history.Count > StarterHistory.Lessons.Count)
        {
            var started = Stopwatch.GetTimestamp();
            _classifier = await Task.Run(() => Classifier.Learn(history, cancellation: cancellation), cancellation);
            LogLearned(logger, history.Count, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        _sinceAfresh = 0;
    }

    // A lesson whose transaction commits after one with a higher id is passed over here, and learned when all is learned afresh.
    private async Task LearnNewAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select id, category, words from lesson where id > $1 order by id limit 500");
        command.Parameters.Add(new() { Value = _lastLesson });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            _lastLesson = rows.GetInt64(0);
            _classifier.Learn(new Lesson(rows.GetString(2), rows.GetString(1)));
            _sinceAfresh++;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The lessons could not be read: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Learned {Lessons} solved tickets in {Seconds:0.0} s")]
    private static partial void LogLearned(ILogger logger, int lessons, double seconds);
}
