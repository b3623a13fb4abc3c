using System.Collections.Concurrent;
using System.Diagnostics;
using Desk.ServiceDefaults;
using Desk.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Desk.Messaging.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_reaction_goes_on_in_the_trace_of_who_said_it_by_way_of_the_outbox_and_its_log_lines_carry_the_ticket()
    {
        using var spans = new Spans();
        var lines = new Lines();
        await using var service = await StartAsync(lines);
        var subject = Guid.CreateVersion7();

        using var asked = Spans.Asked.StartActivity("asked")!;
        await service.SayAsync(subject, new Numbered(subject, "D-1042"));
        await Wait.Until(() => spans.Of(asked).Any(span => span.OperationName == nameof(OnNumbered)), "the reaction's span has ended");

        var carried = Assert.Single(spans.Of(asked), span => span.OperationName == "outbox Numbered");
        var reacted = Assert.Single(spans.Of(asked), span => span.OperationName == nameof(OnNumbered));
        Assert.Equal(asked.SpanId, carried.ParentSpanId);
        Assert.Equal(ActivityKind.Producer, carried.Kind);
        Assert.Equal(carried.SpanId, reacted.ParentSpanId);
        Assert.Equal("D-1042", reacted.GetTagItem("desk.ticket"));
        var line = Assert.Single(lines.All, line => line.Text == "Seen");
        Assert.Equal(("D-1042", asked.TraceId), (line.Ticket, line.Trace));
    }

    [Fact]
    public async Task That_a_message_is_put_aside_is_logged_with_its_ticket_and_trace()
    {
        using var spans = new Spans();
        var lines = new Lines();
        await using var service = await StartAsync(lines);
        var subject = Guid.CreateVersion7();

        using var asked = Spans.Asked.StartActivity("asked")!;
        await service.SayAsync(subject, new Numbered(subject, "D-1043", "poison"));
        await Wait.Until(() => lines.All.Any(line => line.Text.Contains("is put aside", StringComparison.Ordinal)), "it is put aside");

        var line = Assert.Single(lines.All, line => line.Text.Contains("is put aside", StringComparison.Ordinal));
        Assert.Equal(("D-1043", asked.TraceId), (line.Ticket, line.Trace));
    }

    [Theory]
    [InlineData("/api/v1/tickets/D-1042", "D-1042")]
    [InlineData("/api/v1/tickets/d-1042/messages", "D-1042")]
    [InlineData("/agent/tickets/D-7", "D-7")]
    [InlineData("/tickets/D-1042", "D-1042")]
    [InlineData("/api/v1/tickets", null)]
    [InlineData("/api/v1/tickets/", null)]
    [InlineData("/api/v1/tickets/by-link/D-1042", null)]
    [InlineData("/api/v1/tickets/D-", null)]
    [InlineData("/api/v1/tickets/D-10\n42", null)]
    [InlineData("/api/v1/tickets/D-1042x", null)]
    [InlineData("/api/v1/tickets/D-111111111111111111111", null)]
    [InlineData(null, null)]
    public void A_path_names_its_ticket_or_none(string? path, string? number) => Assert.Equal(number, TicketScope.NumberIn(path));

    [Theory]
    [InlineData("/api/v1/tickets/d-1042/fine", "D-1042")]
    [InlineData("/api/v1/tickets/d-1042/broken", "D-1042")]
    [InlineData("/other", null)]
    public async Task Every_log_line_of_a_request_on_a_ticket_carries_its_number_also_when_it_fails(string path, string? number)
    {
        var lines = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Desk:TokenKey"] = TestDesk.TokenKey });
        builder.Logging.ClearProviders().AddProvider(lines);
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Map("{**path}", (string path) =>
        {
            app.Logger.LogWarning("Spoken");
            if (path.EndsWith("broken", StringComparison.Ordinal))
                throw new InvalidOperationException("it broke");
        }).AllowAnonymous();
        await app.StartAsync();

        using var answer = await app.GetTestClient().GetAsync(path);

        var spoken = lines.All.Where(line => line.Text == "Spoken" || line.Text.Contains("failed", StringComparison.Ordinal)).ToList();
        Assert.Equal(path.EndsWith("broken", StringComparison.Ordinal) ? 2 : 1, spoken.Count);
        Assert.All(spoken, line => Assert.Equal(number, line.Ticket));
    }

    private static async Task<SmallService> StartAsync(Lines lines)
    {
        var servers = await DeskServers.GetAsync();
        var broker = await servers.ConnectAsync();
        var service = await SmallService.StartAsync(
            "teller", await servers.CreateDatabaseAsync("teller"), servers.Rabbit.ConnectionString, broker.Prefix,
            services: services => services.AddSingleton<ILoggerProvider>(lines));
        await Wait.Until(service.Ready, "it is ready");
        return service;
    }

    /// <summary>The spans of messaging that have ended, whoever made them.</summary>
    private sealed class Spans : IDisposable
    {
        public static readonly ActivitySource Asked = new("Desk.Messaging.Tests");

        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name.StartsWith("Desk.Messaging", StringComparison.Ordinal),
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> Of(Activity asked) => [.. _ended.Where(span => span.TraceId == asked.TraceId)];

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>What was logged, with the scope and trace it was logged in.</summary>
    private sealed class Lines : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<Line> _lines = new();
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public IReadOnlyList<Line> All => [.. _lines];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        public sealed record Line(string Text, string? Ticket, ActivityTraceId? Trace);

        private sealed class Logger(Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => lines._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                string? ticket = null;
                lines._scopes.ForEachScope((scope, _) =>
                {
                    if (scope is IEnumerable<KeyValuePair<string, object?>> pairs)
                        ticket = pairs.FirstOrDefault(pair => pair.Key == TicketScope.Name).Value as string ?? ticket;
                }, 0);
                lines._lines.Enqueue(new Line(formatter(state, exception), ticket, Activity.Current?.TraceId));
            }
        }
    }
}
