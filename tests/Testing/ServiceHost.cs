using System.Net.Http.Headers;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Desk.Testing;

/// <summary>What a host under test may be told.</summary>
public sealed record HostOptions
{
    /// <summary>A clock that stands still until the test moves it; the real one when null.</summary>
    public FakeTimeProvider? Clock { get; init; }

    /// <summary>Settings beside the usual ones, such as <c>Desk:MailSink</c>.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Replaces services, after the service has added its own.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>Share the names of another host's broker, so that the two services hear each other.</summary>
    public TestBroker? Broker { get; init; }

    /// <summary>The address of a running host's database, to start a second replica on it; a new database when null.</summary>
    public string? Database { get; init; }

    /// <summary>The lowest log level that goes to the console; nothing does when null.</summary>
    public LogLevel? Log { get; init; }
}

/// <summary>
/// A whole service in this process, on a database of its own and the real broker: <c>await ServiceHost.StartAsync&lt;Intake&gt;("intake")</c>,
/// where the type is any of the service's assembly. It speaks the domain: <c>host.As(Callers.Agent)</c>, <c>host.Broker.Next&lt;TicketTriaged&gt;()</c>.
/// </summary>
public static class ServiceHost
{
    public static async Task<ServiceHost<TEntry>> StartAsync<TEntry>(string service, HostOptions? options = null) where TEntry : class
    {
        options ??= new HostOptions();
        var servers = await DeskServers.GetAsync();
        var broker = options.Broker ?? await TestBroker.StartAsync(servers);
        var database = options.Database ?? await servers.CreateDatabaseAsync(service);
        var host = new ServiceHost<TEntry>(service, database, broker, ownsBroker: options.Broker is null, options);
        await host.ReadyAsync();
        return host;
    }
}

/// <inheritdoc cref="ServiceHost"/>
public sealed class ServiceHost<TEntry> : IAsyncDisposable where TEntry : class
{
    private readonly WebApplicationFactory<TEntry> _factory;
    private readonly bool _ownsBroker;

    internal ServiceHost(string service, string database, TestBroker broker, bool ownsBroker, HostOptions options)
    {
        (Database, Broker, _ownsBroker) = (database, broker, ownsBroker);
        Clock = options.Clock;
        _factory = new Factory(service, database, broker, options);
    }

    /// <summary>The connection string of the host's own database.</summary>
    public string Database { get; }

    public TestBroker Broker { get; }

    public FakeTimeProvider? Clock { get; }

    /// <summary>The service's container, for what has no endpoint.</summary>
    public IServiceProvider Services => _factory.Services;

    public NpgsqlDataSource DataSource => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>A client that calls as the gateway would for this caller.</summary>
    public HttpClient As(Caller caller)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Services.GetRequiredService<InternalTokens>().Issue(caller, TimeSpan.FromDays(3650)));
        return client;
    }

    /// <summary>A client without a word of the gateway.</summary>
    public HttpClient Anonymous() => _factory.CreateDefaultClient();

    /// <summary>One value from the host's database.</summary>
    public async Task<T?> Value<T>(string sql, params object[] parameters)
    {
        await using var command = DataSource.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? (T)value : default;
    }

    internal async Task ReadyAsync()
    {
        using var client = Anonymous();
        await Wait.Until(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready", TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        if (_ownsBroker)
            await Broker.DisposeAsync();
    }

    private sealed class Factory(string service, string database, TestBroker broker, HostOptions options) : WebApplicationFactory<TEntry>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Testing");
            var servers = DeskServers.GetAsync().GetAwaiter().GetResult();
            foreach (var (key, value) in new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{service}"] = database,
                ["ConnectionStrings:rabbit"] = servers.Rabbit.ConnectionString,
                ["Desk:QueuePrefix"] = broker.Prefix,
                ["Desk:TokenKey"] = TestDesk.TokenKey,
                ["Desk:PublicUrl"] = "http://localhost:8080",
                ["Desk:MailDomain"] = "desk.example",
                ["Desk:MailAddress"] = "support@desk.example",
                ["Desk:TimeZone"] = "Europe/Stockholm",
            }.Concat(options.Settings))
            {
                builder.UseSetting(key, value);
            }
            builder.ConfigureLogging(logging =>
            {
                logging.ClearProviders();
                if (options.Log is { } level)
                    logging.AddSimpleConsole(console => console.IncludeScopes = true).SetMinimumLevel(level);
            });
            builder.ConfigureServices(services =>
            {
                if (options.Clock is not null)
                    services.AddSingleton<TimeProvider>(options.Clock);
                options.Services?.Invoke(services);
            });
        }
    }
}

/// <summary>Names the tests share.</summary>
public static class TestDesk
{
    public const string TokenKey = "a key for tests only, of more than thirty-two characters";
}

/// <summary>Who calls, in tests.</summary>
public static class Callers
{
    public static readonly Caller Admin = new(Guid.Parse("0190f000-0000-7000-8000-000000000001"), "Astrid Berg", "astrid.berg@desk.example", "admin", false, "sv");
    public static readonly Caller Lead = new(Guid.Parse("0190f000-0000-7000-8000-000000000002"), "Leif Ström", "leif.strom@desk.example", "lead", false, "sv");
    public static readonly Caller Agent = new(Guid.Parse("0190f000-0000-7000-8000-000000000003"), "Anna Lind", "anna.lind@desk.example", "agent", false, "sv");
    public static readonly Caller AnotherAgent = new(Guid.Parse("0190f000-0000-7000-8000-000000000004"), "Bo Ek", "bo.ek@desk.example", "agent", false, "sv");
    public static readonly Caller Requester = new(Guid.Parse("0190f000-0000-7000-8000-000000000005"), "Rut Hansson", "rut.hansson@nordvik.example", "requester", false, "sv");
    public static readonly Caller AnotherRequester = new(Guid.Parse("0190f000-0000-7000-8000-000000000006"), "Erik Sund", "erik.sund@lindqvist.example", "requester", false, "en");
    public static readonly Caller RequesterMachine = new(Guid.Parse("0190f000-0000-7000-8000-000000000007"), "portal", null, "requester", true, "sv");
    public static readonly Caller AgentMachine = new(Guid.Parse("0190f000-0000-7000-8000-000000000008"), "monitoring", null, "agent", true, "en");
}
