using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.AspNetCore.HealthChecks.Internal;

// The service that is mapped. Check runs the checks; Watch says what they give now, then what is published, until the end.
internal sealed class HealthCheckService(
    HealthServiceImpl statuses, MappedHealth mapped, IOptions<GrpcHealthChecksOptions> options, IHostApplicationLifetime lifetime)
    : Health.V1.Health.HealthBase
{
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (options.Value.UseHealthChecksCache)
        {
            return await statuses.Check(request, context);
        }

        return options.Value.Services.TryGet(request.Service, out var mapping)
            ? new HealthCheckResponse { Status = await mapped.CheckAsync(mapping, context.CancellationToken) }
            : throw new RpcException(new Status(StatusCode.NotFound, ""));
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        if (!options.Value.UseHealthChecksCache && options.Value.Services.TryGet(request.Service, out var mapping))
        {
            statuses.SetStatus(request.Service, await mapped.CheckAsync(mapping, context.CancellationToken));
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using var stopping = options.Value.SuppressCompletionOnShutdown ? default : lifetime.ApplicationStopping.Register(ended.Cancel);
        await statuses.WatchAsync(request.Service, responseStream, ended.Token);
        if (!context.CancellationToken.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing });
        }
    }
}
