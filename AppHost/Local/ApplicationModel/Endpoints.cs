namespace Aspire.Hosting.ApplicationModel;

/// <summary>A port that a resource listens on.</summary>
public sealed class EndpointAnnotation
{
    internal EndpointAnnotation(string name, string scheme, int? port, int? targetPort, string? env)
        => (Name, UriScheme, Port, TargetPort, Environment) = (name, scheme, port, targetPort, env);

    public string Name { get; }

    public string UriScheme { get; set; }

    /// <summary>The port others know. Here, where nothing stands between, the first replica listens on it itself.</summary>
    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    /// <summary>The host name the resource listens on.</summary>
    public string TargetHost { get; set; } = "localhost";

    public bool IsExternal { get; set; }

    /// <summary>The variable that tells the resource its port.</summary>
    internal string? Environment { get; }

    /// <summary>One a replica, fixed for as long as the app host lives: a replica that is started again is found where it was.</summary>
    internal List<int> Allocated { get; } = [];

    internal string Url(int replica) => $"{UriScheme}://localhost:{Allocated[replica]}";
}
