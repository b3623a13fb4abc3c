namespace Desk.SystemTests.Harness;

/// <summary>A whole desk that tells what it does to a collector of the tests.</summary>
public sealed class ObservedDesk : WholeDesk
{
    internal Collector Collector { get; } = new();

    // As the dashboard's address is given: the app host passes it on to every process.
    private protected override IReadOnlyDictionary<string, string> Settings
        => new Dictionary<string, string> { ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Collector.Address };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Collector.DisposeAsync();
    }
}
