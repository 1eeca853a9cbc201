using Aspire.Dashboard.Otlp.Wire;
using Grpc.Core;

namespace Aspire.Dashboard.Otlp;

/// <summary>OTLP over gRPC, this signal.</summary>
internal sealed class OtlpMetricsGrpcService(MetricIntake intake, OtlpKey key) : MetricsService.MetricsServiceBase
{
    public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
    {
        if (key.ProblemWith(context.RequestHeaders.GetValue(OtlpKey.HeaderName)) is { } problem)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unauthenticated, problem));
        }

        return Task.FromResult(OtlpAnswers.OfMetrics(intake.Take(request)));
    }
}
