using System.Net.Http.Headers;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Desk.Messaging.Tests;

/// <summary>A number was counted for a subject. What becomes of it is told by Mood.</summary>
public sealed record Counted(Guid Subject, int Number, string Mood = "good");

/// <summary>Said by the reaction to <see cref="Counted"/>.</summary>
public sealed record CountedTwice(Guid Subject, int Number);

internal sealed class OnCounted(Outbox outbox) : IReactTo<Counted>
{
    public async Task ReactAsync(Counted happened, Reaction reaction, CancellationToken cancellation)
    {
        switch (happened.Mood)
        {
            case "later":
                reaction.Later(Effects.Add(nameof(OnCounted), happened.Subject, happened.Number));
                return;
            case "later, broken":
                reaction.Later(Effects.Add(null, happened.Subject, happened.Number));
                return;
            case "later, poison":
                reaction.Later(Effects.Add(nameof(OnCounted), happened.Subject, happened.Number), rows => throw new PoisonException($"{rows} row was one too many"));
                return;
            case "counting":
                await using (var count = new NpgsqlCommand("select count(*)::int from effect where subject = $1", reaction.Connection))
                {
                    count.Parameters.Add(new() { Value = happened.Subject });
                    reaction.Later(Effects.Add(nameof(OnCounted), happened.Subject, happened.Number + (int)(await count.ExecuteScalarAsync(cancellation))!));
                }
                return;
        }
        await Effects.AddAsync(reaction, nameof(OnCounted), happened.Subject, happened.Number, cancellation);
        switch (happened.Mood)
        {
            case "poison": throw new PoisonException("it was poisoned");
            case "broken": throw new InvalidOperationException("it broke");
            case "early":
                await using (var command = new NpgsqlCommand("select exists (select from effect where number = 0 and subject = $1)", reaction.Connection))
                {
                    command.Parameters.Add(new() { Value = happened.Subject });
                    if (await command.ExecuteScalarAsync(cancellation) is not true)
                        throw new NotYetException("number 0 has not come");
                }
                break;
            case "twice":
                await outbox.SayAsync(reaction.Transaction, happened.Subject, new CountedTwice(happened.Subject, happened.Number), cancellation);
                break;
        }
    }
}

internal sealed class OnCountedTwice : IReactTo<CountedTwice>
{
    public Task ReactAsync(CountedTwice happened, Reaction reaction, CancellationToken cancellation)
        => Effects.AddAsync(reaction, nameof(OnCountedTwice), happened.Subject, happened.Number, cancellation);
}

/// <summary>Something happened to the ticket with this number.</summary>
public sealed record Numbered(Guid Subject, string Number, string Mood = "good");

internal sealed partial class OnNumbered(ILogger<OnNumbered> logger) : IReactTo<Numbered>
{
    public Task ReactAsync(Numbered happened, Reaction reaction, CancellationToken cancellation)
    {
        LogSeen(logger);
        return happened.Mood == "poison" ? throw new PoisonException("it was poisoned") : Effects.AddAsync(reaction, nameof(OnNumbered), happened.Subject, 1, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Seen")]
    private static partial void LogSeen(ILogger logger);
}

internal static class Effects
{
    /// <summary>From outside, for a service that may be dead.</summary>
    public static async Task<(long All, long Distinct)> CountAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("select count(*), count(distinct (reaction, subject, number)) from effect", connection);
        await using var row = await count.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    public static async Task AddAsync(Reaction reaction, string name, Guid subject, int number, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(reaction.Connection, reaction.Transaction) { BatchCommands = { Add(name, subject, number) } };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Without a name the database refuses it.</summary>
    public static NpgsqlBatchCommand Add(string? name, Guid subject, int number) => new("insert into effect (reaction, subject, number) values ($1, $2, $3)")
    {
        Parameters = { new() { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }, new() { Value = subject }, new() { Value = number } },
    };
}

/// <summary>A service of nothing but messaging, in this process or (see <see cref="Child"/>) in one that can be killed.</summary>
internal sealed class SmallService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private bool _disposed;

    private SmallService(WebApplication app, string database) => (_app, Database) = (app, database);

    public string Database { get; }

    public NpgsqlDataSource DataSource => _app.Services.GetRequiredService<NpgsqlDataSource>();

    public Outbox Outbox => _app.Services.GetRequiredService<Outbox>();

    public IServiceProvider Services => _app.Services;

    public static void ReactToAll(Reactions reactions) => reactions.Add<OnCounted>().Add<OnCountedTwice>().Add<OnNumbered>();

    public static async Task<SmallService> StartAsync(
        string name, string database, string rabbit, string prefix, Action<Reactions>? reactions = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{name}"] = database,
            ["ConnectionStrings:rabbit"] = rabbit,
            ["Desk:QueuePrefix"] = prefix,
            ["Desk:TokenKey"] = TestDesk.TokenKey,
        });
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("DESK_TEST_LOG") is not null)
            builder.Logging.AddSimpleConsole(console => console.TimestampFormat = "HH:mm:ss.fff ").SetMinimumLevel(LogLevel.Debug).AddFilter("Npgsql", LogLevel.Warning);
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults();
        builder.AddNpgsqlDataSource(name, configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging(name, typeof(SmallService).Assembly, reactions ?? ReactToAll);
        if (Environment.GetEnvironmentVariable("DESK_TEST_LOG") is not null)
            builder.Logging.AddFilter("MassTransit", LogLevel.Debug);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDefaultEndpoints();
        app.MapMessaging(name);
        await app.StartAsync();
        return new SmallService(app, database);
    }

    public async Task<bool> Ready()
    {
        using var client = _app.GetTestClient();
        return (await client.GetAsync("/health/ready")).IsSuccessStatusCode;
    }

    /// <summary>Connected to its broker, with all its queues; ready it is also when the broker is away for a while.</summary>
    public async Task<bool> IsHealthy()
    {
        using var client = _app.GetTestClient();
        using var answer = await client.GetAsync("/health/ready");
        return await answer.Content.ReadAsStringAsync() == "Healthy";
    }

    public HttpClient As(Caller caller)
    {
        var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Services.GetRequiredService<InternalTokens>().Issue(caller, TimeSpan.FromHours(1)));
        return client;
    }

    public async Task SayAsync<TEvent>(Guid about, TEvent happened) where TEvent : class
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Outbox.SayAsync(transaction, about, happened, default);
        await transaction.CommitAsync();
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> EffectsAsync() => CountAsync("select count(*) from effect");

    public Task<long> DistinctEffectsAsync() => CountAsync("select count(*) from (select distinct reaction, subject, number from effect) as d");

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
