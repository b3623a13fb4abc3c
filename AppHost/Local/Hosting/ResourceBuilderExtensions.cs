using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ResourceBuilderExtensions
{
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.Set(name, () => value ?? "");

    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.Set(name, () => parameter.Resource.Value);

    /// <summary>Gives the connection string as <c>ConnectionStrings__{name}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
        => builder.Set($"ConnectionStrings__{connectionName ?? source.Resource.Name}", () => Now(source.Resource.GetConnectionStringAsync()));

    /// <summary>Gives the address of every replica as <c>services__{name}__{endpoint}__{index}</c>.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        Project(builder).References.Add((ProjectResource)source.Resource);
        return builder;
    }

    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.Listen(new EndpointAnnotation(name ?? "http", "http", port, targetPort, env));

    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? scheme = null,
        string? name = null,
        string? env = null,
        bool? isProxied = null,
        bool? isExternal = null,
        ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
        => builder.Listen(new EndpointAnnotation(name ?? scheme ?? "tcp", scheme ?? "tcp", port, targetPort, env) { IsExternal = isExternal ?? false });

    /// <summary>Changes an endpoint that is already described.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        callback(Project(builder).Endpoints.Single(endpoint => endpoint.Name == endpointName));
        return builder;
    }

    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in Project(builder).Endpoints.Where(endpoint => endpoint.UriScheme == "http"))
            endpoint.IsExternal = true;
        return builder;
    }

    /// <summary>It is ready when a GET of the path answers 200.</summary>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        if (!Project(builder).Endpoints.Any(endpoint => endpoint.Name == (endpointName ?? "http")))
            throw new DistributedApplicationException($"{builder.Resource.Name} has no endpoint {endpointName ?? "http"} to ask for its health; add it before.");
        Project(builder).HealthPath = path ?? "/";
        return builder;
    }

    /// <summary>Starts only when the dependency is ready.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        Project(builder).Waits.Add(dependency.Resource);
        return builder;
    }

    private static IResourceBuilder<T> Set<T>(this IResourceBuilder<T> builder, string name, Func<string?> value) where T : IResource
    {
        Project(builder).Environment.Add((name, value));
        return builder;
    }

    private static IResourceBuilder<T> Listen<T>(this IResourceBuilder<T> builder, EndpointAnnotation endpoint) where T : IResource
    {
        if (Project(builder).Endpoints.Any(other => other.Name == endpoint.Name))
            throw new DistributedApplicationException($"{builder.Resource.Name} has two endpoints called {endpoint.Name}.");
        Project(builder).Endpoints.Add(endpoint);
        return builder;
    }

    // Only projects listen, wait and take an environment here.
    private static ProjectResource Project<T>(IResourceBuilder<T> builder) where T : IResource => (ProjectResource)(IResource)builder.Resource;

    private static string? Now(ValueTask<string?> value) => value.AsTask().GetAwaiter().GetResult();
}
