namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A part of the system.</summary>
    public interface IResource
    {
        string Name { get; }
    }

    /// <summary>Takes environment variables.</summary>
    public interface IResourceWithEnvironment : IResource;

    /// <summary>Listens.</summary>
    public interface IResourceWithEndpoints : IResource;

    /// <summary>Can wait for others.</summary>
    public interface IResourceWithWaitSupport : IResource;

    /// <summary>Is reached by a connection string.</summary>
    public interface IResourceWithConnectionString : IResource
    {
        ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);
    }

    /// <summary>Configures a resource.</summary>
    public interface IResourceBuilder<out T> where T : IResource
    {
        IDistributedApplicationBuilder ApplicationBuilder { get; }

        T Resource { get; }
    }

    public abstract class Resource(string name) : IResource
    {
        public virtual string Name { get; } = name;

        /// <summary>What must be ready before this starts.</summary>
        internal List<IResource> Waits { get; } = [];
    }

    /// <summary>A .NET project, run as one process a replica.</summary>
    public class ProjectResource(string name) : Resource(name), IResourceWithEnvironment, IResourceWithServiceDiscovery, IResourceWithWaitSupport
    {
        internal string ProjectPath { get; init; } = "";

        internal List<EndpointAnnotation> Endpoints { get; } = [];

        /// <summary>Values are asked for when the process starts: by then every port and password is known.</summary>
        internal List<(string Name, Func<string?> Value)> Environment { get; } = [];

        internal List<ProjectResource> References { get; } = [];

        internal string? HealthPath { get; set; }

        internal int Replicas { get; set; } = 1;
    }

    /// <summary>PostgreSQL.</summary>
    public class PostgresServerResource : Resource, IResourceWithConnectionString
    {
        internal PostgresServerResource(string name, ParameterResource password, int? port) : base(name)
            => (PasswordParameter, Port) = (password, port);

        public ParameterResource PasswordParameter { get; }

        internal int? Port { get; }

        internal List<string> DatabaseNames { get; } = [];

        /// <summary>Known before anything starts; takes a database's name.</summary>
        internal Func<string, string>? ConnectionString { get; set; }

        public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(ConnectionString?.Invoke("postgres"));
    }

    /// <summary>A database on a PostgreSQL server, created when it is not there.</summary>
    public class PostgresDatabaseResource(string name, string databaseName, PostgresServerResource postgresParentResource)
        : Resource(name), IResourceWithConnectionString
    {
        public string DatabaseName { get; } = databaseName;

        public PostgresServerResource Parent { get; } = postgresParentResource;

        ValueTask<string?> IResourceWithConnectionString.GetConnectionStringAsync(CancellationToken cancellationToken)
            => new(Parent.ConnectionString?.Invoke(DatabaseName));
    }

    /// <summary>RabbitMQ.</summary>
    public class RabbitMQServerResource : Resource, IResourceWithConnectionString
    {
        internal RabbitMQServerResource(string name, ParameterResource password, int? port) : base(name)
            => (PasswordParameter, Port) = (password, port);

        public ParameterResource PasswordParameter { get; }

        internal int? Port { get; }

        /// <summary>Known before anything starts.</summary>
        internal string? ConnectionString { get; set; }

        ValueTask<string?> IResourceWithConnectionString.GetConnectionStringAsync(CancellationToken cancellationToken) => new(ConnectionString);
    }
}

namespace Aspire.Hosting
{
    /// <summary>Is found by others under its name: <c>services__{name}__{endpoint}__{index}</c>.</summary>
    public interface IResourceWithServiceDiscovery : ApplicationModel.IResourceWithEndpoints;
}
