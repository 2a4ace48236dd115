# A server of Action Cable without the rest of Rails. Lines on its standard input broadcast: a stream, and JSON; the
# line "restart" has all clients come back, and "counts" prints what is confirmed.
require 'action_cable'
require 'action_cable/subscription_adapter/async'
require 'json'

class Connection < ActionCable::Connection::Base
  def connect
    reject_unauthorized_connection if request.params['user'] == 'stranger'
  end
end

class TickChannel < ActionCable::Channel::Base
  def subscribed
    reject if params[:sensor] == 'secret'
    stream_from "tick:#{params[:sensor]}"
  end
end

class RoomChannel < ActionCable::Channel::Base
  def subscribed
    stream_from 'room'
  end
end

SERVER = ActionCable.server
SERVER.config.logger = Logger.new(nil)
SERVER.config.cable = { 'adapter' => 'async' }
SERVER.config.connection_class = -> { Connection }
SERVER.config.disable_request_forgery_protection = true

Thread.new do
  while (line = $stdin.gets)
    command, stream, text = line.chomp.split(' ', 3)
    case command
    when 'broadcast' then SERVER.broadcast(stream, JSON.parse(text))
    when 'restart' then SERVER.restart
    when 'counts'
      identifiers = SERVER.connections.map do |connection|
        channels = connection.subscriptions.send(:subscriptions).values
        channels.select { |channel| channel.send(:subscription_confirmation_sent?) }.map(&:identifier)
      end
      $stdout.puts "counts #{JSON.generate(identifiers)}"
      $stdout.flush
    end
  end
end

map('/cable') { run SERVER }
