using Aspire.Dashboard.Otlp.Wire;
using Grpc.Core;

namespace Aspire.Dashboard.Otlp;

/// <summary>OTLP over gRPC, this signal.</summary>
internal sealed class OtlpLogsGrpcService(LogIntake intake, OtlpKey key) : LogsService.LogsServiceBase
{
    public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
    {
        if (key.ProblemWith(context.RequestHeaders.GetValue(OtlpKey.HeaderName)) is { } problem)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unauthenticated, problem));
        }

        return Task.FromResult(OtlpAnswers.OfLogs(intake.Take(request)));
    }
}
