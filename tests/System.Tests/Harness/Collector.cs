using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Desk.Bench.Load;

namespace Desk.SystemTests.Harness;

/// <summary>Takes in what the desk's processes tell by OTLP over HTTP, as a dashboard would, and reads of it what tests ask about.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<Line> _lines = new();
    private readonly Task _listening;

    public Collector()
    {
        Address = $"http://127.0.0.1:{DeskOfItsOwn.FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _listening = ListenAsync();
    }

    public string Address { get; }

    public IReadOnlyList<Span> Spans => [.. _spans];

    public IReadOnlyList<Line> Lines => [.. _lines];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _listening;
        _listener.Close();
    }

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body);
            switch (call.Request.Url!.AbsolutePath)
            {
                case "/v1/traces": ReadTraces(body.ToArray()); break;
                case "/v1/logs": ReadLogs(body.ToArray()); break;
            }
            call.Response.ContentType = "application/x-protobuf";
            call.Response.Close();
        }
    }

    // The numbers are the fields of opentelemetry/proto/{collector,trace,logs,common}/v1.
    private void ReadTraces(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in Message.All(request, 1))
        {
            var service = ServiceOf(resource);
            foreach (var span in Message.All(resource, 2).SelectMany(scope => Message.All(scope, 2)))
            {
                _spans.Enqueue(new Span(
                    service, Hex(Message.One(span, 1)), Hex(Message.One(span, 2)), Hex(Message.One(span, 4)), Text(Message.One(span, 5)),
                    Attribute(span, 9, "desk.ticket")));
            }
        }
    }

    private void ReadLogs(ReadOnlyMemory<byte> request)
    {
        foreach (var resource in Message.All(request, 1))
        {
            var service = ServiceOf(resource);
            foreach (var line in Message.All(resource, 2).SelectMany(scope => Message.All(scope, 2)))
                _lines.Enqueue(new Line(service, Hex(Message.One(line, 9)), Attribute(line, 6, "desk.ticket"), Text(Message.One(Message.One(line, 5), 1))));
        }
    }

    private static string ServiceOf(ReadOnlyMemory<byte> resource) => Attribute(Message.One(resource, 1), 1, "service.name") ?? "";

    private static string? Attribute(ReadOnlyMemory<byte> message, int field, string name) => Message.All(message, field)
        .Where(pair => Text(Message.One(pair, 1)) == name).Select(pair => Text(Message.One(Message.One(pair, 2), 1))).FirstOrDefault();

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>A finished span; Parent is empty for a root.</summary>
    public sealed record Span(string Service, string Trace, string Id, string Parent, string Name, string? Ticket);

    public sealed record Line(string Service, string Trace, string? Ticket, string Text);

    /// <summary>As much of protocol buffers as that takes: the fields that have a length. Numbers are stepped over.</summary>
    private static class Message
    {
        public static ReadOnlyMemory<byte> One(ReadOnlyMemory<byte> message, int field) => All(message, field).FirstOrDefault();

        public static IEnumerable<ReadOnlyMemory<byte>> All(ReadOnlyMemory<byte> message, int field)
        {
            for (var at = 0; at < message.Length;)
            {
                var key = Number(message, ref at);
                var length = (key & 7) switch
                {
                    0 => Number(message, ref at) * 0,
                    1 => 8,
                    2 => Number(message, ref at),
                    5 => 4,
                    var other => throw new InvalidDataException($"Wire type {other} is not of protocol buffers 3."),
                };
                if (key >> 3 == field && (key & 7) == 2)
                    yield return message.Slice(at, (int)length);
                at += (int)length;
            }
        }

        private static long Number(ReadOnlyMemory<byte> message, ref int at)
        {
            long number = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = message.Span[at++];
                number |= (long)(next & 0x7f) << shift;
                if (next < 0x80)
                    return number;
            }
        }
    }
}
